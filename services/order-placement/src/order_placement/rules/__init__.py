"""The rules of CONTRACTS 4 that are known from our own copies of others' facts.

Each group is a file of small pure functions from a `Case` to reasons; `judging` has them all.
"""
