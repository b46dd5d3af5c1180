"""Kafka and MongoDB in containers.

They work on the same files and the same ports as the processes do, so that a stack goes on with its
data whichever of the two runs it.
"""
