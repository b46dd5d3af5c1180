"""What those who run giftstream ask of each service: checks, sweeps, states told anew, new keys.

Every service offers the same routes under `/admin`, to the admin key alone; `operate` adds them.
"""

from giftstream.operations.operate import operate
from giftstream.operations.republish import StateOf
from giftstream.operations.rewrap import SealedCollection, SealedValue, outbox_values

__all__ = ["SealedCollection", "SealedValue", "StateOf", "operate", "outbox_values"]
