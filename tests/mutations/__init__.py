"""Each protection flipped, one at a time: at least one test must miss it.

`make mutations` runs them all; `make mutations ARGS=--list` names them. A protection that no test
misses is a hole in the tests.
"""
