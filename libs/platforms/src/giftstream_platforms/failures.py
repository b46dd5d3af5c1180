"""How a call to a store may end badly, named by what may be done about it.

StoreBusy        certainly not done, the store asks for a pause          try again later
StoreUnreachable certainly not done, the request never left               try again later
OutcomeUnknown   it may have been done: only reading tells                never a blind repeat
StoreRefused     the store said no, in its own words                      a person changes something
AccessLost       the connection itself is broken                          the store is reconnected
"""

from collections.abc import Sequence

from giftstream.delivery import Transient


class StoreBusy(Transient):
    """The store did nothing and asks for a pause, or failed at a read."""


class StoreUnreachable(Transient):
    """The request never reached the store, or a read got no usable answer."""


class OutcomeUnknown(Exception):
    """A call that changes something got no usable answer. Never to be taken for a failure."""


class StoreRefused(Exception):
    """The store's own no. `words` are for people, `codes` for programs, both as the store said."""

    def __init__(self, words: Sequence[str], codes: Sequence[str] = ()) -> None:
        super().__init__("; ".join(words))
        self.words = tuple(words)
        self.codes = tuple(codes)


class AccessLost(Exception):
    """No call can work until somebody reconnects the store.

    `code` is the reason code: store_disconnected, permission_denied or integration_missing;
    `missing` names each missing permission.
    """

    def __init__(self, code: str, detail: str, missing: Sequence[str] = ()) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.missing = tuple(missing)
