"""The invariants of FAULTS 2.3, each a function that asserts; support.checker calls them."""
