"""The stores, simulated over real HTTP, with a ledger and a menu of faults."""
