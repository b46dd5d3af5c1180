"""Placing: one approved gift order becomes exactly one order in its store, never two, never none.

The five rules that carry this; each compare-and-set is in `placements`, each step in `place_order`:

1. The handle is saved before commit, and is write-once.
2. Only the stored handle is ever committed; a search that finds nothing permits no new order.
3. Permission and hold exclude each other: both are compare-and-sets on the same phase.
4. A handle once permitted is never dropped blindly.
5. What we discard is recorded first, and a discarded handle is never stored.

    null -> intent -> prepared -> committing -> placed
              |           |            |
              +-- held <--+            +-> held, keeping its handle

None of them needs a lease. Lanes and leases only keep two replicas from doing the same work.
"""
