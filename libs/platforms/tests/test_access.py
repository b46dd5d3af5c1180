"""Access is kept, asked for again after a refusal, and store-sync hears of the refusal."""

import pytest
from giftstream.delivery import Transient
from giftstream.http.problems import Problem
from giftstream_platforms.access import AccessCache
from giftstream_platforms.failures import AccessLost

ACCESS = {
    "platform": "shopify",
    "base_url": "https://acme.myshopify.com",
    "api_version": "2026-07",
    "access_token": "shpat_1",
}


class Source:
    """store-sync's answers, and what it was asked with."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, str]] = []

    async def get(self, path: str, **params: str) -> object:
        assert path == "/internal/stores/st-1/access"
        self.asked.append(params)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_access_is_kept_until_it_is_refused() -> None:
    source = Source(ACCESS, ACCESS)
    cache = AccessCache(source)
    await cache.of("st-1")
    await cache.of("st-1")
    assert source.asked == [{}]
    cache.forget("st-1")
    await cache.of("st-1")
    assert source.asked == [{}, {"refused": "true"}]


async def test_a_refusal_is_told_once() -> None:
    source = Source(ACCESS, ACCESS)
    cache = AccessCache(source, keep_s=0.0)
    cache.forget("st-1")
    await cache.of("st-1")
    await cache.of("st-1")
    assert source.asked == [{"refused": "true"}, {}]


async def test_a_refusal_that_could_not_be_told_is_told_the_next_time() -> None:
    source = Source(ACCESS, Transient("away"), ACCESS)
    cache = AccessCache(source)
    await cache.of("st-1")
    cache.forget("st-1")
    with pytest.raises(Transient):
        await cache.of("st-1")
    await cache.of("st-1")
    assert source.asked == [{}, {"refused": "true"}, {"refused": "true"}]


async def test_what_store_sync_knows_is_said_word_for_word() -> None:
    source = Source(Problem(409, "permission_denied", "Missing permission: write_orders."))
    with pytest.raises(AccessLost) as lost:
        await AccessCache(source).of("st-1")
    assert (lost.value.code, lost.value.detail) == (
        "permission_denied",
        "Missing permission: write_orders.",
    )
