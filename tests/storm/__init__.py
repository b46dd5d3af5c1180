"""Many stores at their limits, each call of theirs in danger of every fault."""
