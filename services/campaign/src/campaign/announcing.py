"""How use cases let what they have written go out."""

from collections.abc import Sequence
from typing import Any, Protocol


class Announce(Protocol):
    """The outbox, as far as use cases need it."""

    async def flush_soon(self, collection: str, ids: Sequence[Any], /) -> None:
        """Publish what these documents hold; what cannot go now is left to the sweeper."""
