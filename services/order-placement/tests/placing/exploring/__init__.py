"""Every interleaving of the real placing code, within stated bounds.

`PlaceOrder`, the sweep and people's decisions run as coroutines without an event loop. Each call to
the store or to the orders is a place where anything else may come first, and where the call itself
may go wrong. Such a coroutine depends on nothing but what it was told, so it is kept as that: how
it began and what it was answered so far. The outside is one document and one shop. So a state is a
small value, it can be compared, and one that was met before is not gone into again.

Read in this order: `calls` (where a coroutine stops), `cast` (coroutines as what they were told),
`troupe` and `people` (which coroutines there are), `outside` (the document and the shop), `answers`
(what a call does, and its faults), `moves` (what may happen next), `promises` (what must hold),
`settling` (what must hold in the end), `explore` (all of it, breadth first, so that what breaks has
a shortest story), `story` and `replay` (such a story told, and once more, step by step, without
any of this), `broken_variants` (what it has to find out).

Time is left out: every wait is over at once, so that no promise can rest on one.
"""
