"""The secrets of registered publishers, as campaign knows them; in memory only."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from giftstream.failures import Transient
from giftstream.http.problems import Problem
from giftstream.mongo import Document

MAX_KEYS = 10_000
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class PublisherKey:
    """A signing key: whose it is, and its secret."""

    brand_id: str
    secret: str = field(repr=False)


class Campaign(Protocol):
    """What is asked of campaign: one internal route. None for 404, Transient when it is away."""

    async def get(self, path: str) -> object | None: ...


class Publishers:
    """Asks once per key and revision of its brand, so that a removed key stops counting."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._keys: dict[str, tuple[int, PublisherKey]] = {}

    async def of(
        self, key_ids: Iterable[str], brands: Mapping[str, Document]
    ) -> dict[str, PublisherKey]:
        """The keys that exist. Raises Transient when campaign does not answer."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(key_id: str) -> tuple[str, PublisherKey | None]:
            async with room:
                return key_id, await self._key(key_id, brands)

        found = await asyncio.gather(*(one(key_id) for key_id in sorted(set(key_ids))))
        return {key_id: key for key_id, key in found if key is not None}

    async def _key(self, key_id: str, brands: Mapping[str, Document]) -> PublisherKey | None:
        known = self._keys.get(key_id)
        if known is not None and known[0] == _revision(brands, known[1].brand_id):
            return known[1]
        key = await self._ask(key_id)
        if key is None:
            self._keys.pop(key_id, None)
            return None
        if len(self._keys) >= MAX_KEYS:
            self._keys.clear()
        self._keys[key_id] = (_revision(brands, key.brand_id), key)
        return key

    async def _ask(self, key_id: str) -> PublisherKey | None:
        try:
            body = await self._campaign.get(f"/internal/publishers/{key_id}")
        except Problem as problem:
            # Our token is not accepted, say: nothing that the selection could be blamed for.
            raise Transient(f"campaign answers {problem.status} for a publisher") from problem
        if body is None:
            return None
        if not isinstance(body, dict) or not {"brand_id", "secret"} <= body.keys():
            raise Transient("campaign's answer for a publisher has no brand_id or secret")
        return PublisherKey(body["brand_id"], body["secret"])


def _revision(brands: Mapping[str, Document], brand_id: str) -> int:
    brand = brands.get(brand_id)
    return brand["revision"] if brand else -1
