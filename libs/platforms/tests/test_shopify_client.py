"""Every way a call to Shopify may end has its name."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest
from giftstream_platforms.access import StoreAccess
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import (
    AccessLost,
    OutcomeUnknown,
    StoreBusy,
    StoreRefused,
    StoreUnreachable,
)
from giftstream_platforms.shopify import Operation, ShopifyClient

READ = Operation("Shop", "query Shop { shop { name } }", cost=1)
WRITE = Operation("Done", "mutation Done { done }", mutates=True, cost=10)
ACCESS = StoreAccess(
    platform="shopify", base_url="https://x", api_version="2026-07", access_token="t"
)


def client(answer: Any) -> ShopifyClient:
    def reply(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(reply))
    return ShopifyClient(http, ACCESS, Budget(1.0))


def graphql(**body: Any) -> httpx.Response:
    return httpx.Response(200, content=orjson.dumps(body))


async def test_the_data_of_a_good_answer_is_returned() -> None:
    assert await client(graphql(data={"shop": {"name": "x"}})).execute(READ) == {
        "shop": {"name": "x"}
    }


THROTTLED = graphql(
    errors=[{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
    extensions={
        "cost": {
            "requestedQueryCost": 100,
            "throttleStatus": {
                "maximumAvailable": 2000,
                "currentlyAvailable": 0,
                "restoreRate": 100,
            },
        }
    },
)
DENIED = graphql(
    errors=[
        {
            "message": "Access denied",
            "extensions": {"code": "ACCESS_DENIED", "requiredAccess": "write_orders"},
        }
    ]
)


BROKEN = graphql(
    errors=[{"message": "Internal error", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]
)


@pytest.mark.parametrize(
    ("answer", "for_a_read", "for_a_write"),
    [
        (httpx.Response(502), StoreUnreachable, OutcomeUnknown),
        (httpx.Response(302), StoreUnreachable, OutcomeUnknown),
        (httpx.Response(200, content=b"<html>"), StoreUnreachable, OutcomeUnknown),
        (httpx.Response(200, content=b'{"data": {"sh'), StoreUnreachable, OutcomeUnknown),
        (httpx.Response(200, content=b'{"data": null}'), StoreUnreachable, OutcomeUnknown),
        (httpx.Response(200, content=b"[]"), StoreUnreachable, OutcomeUnknown),
        (httpx.ReadTimeout("late"), StoreUnreachable, OutcomeUnknown),
        (httpx.RemoteProtocolError("reset"), StoreUnreachable, OutcomeUnknown),
        (httpx.ConnectError("refused"), StoreUnreachable, StoreUnreachable),
        (httpx.Response(429, headers={"Retry-After": "2"}), StoreBusy, StoreBusy),
        (THROTTLED, StoreBusy, StoreBusy),
        (httpx.Response(401), AccessLost, AccessLost),
        (httpx.Response(402), AccessLost, AccessLost),
        (httpx.Response(403), AccessLost, AccessLost),
        (DENIED, AccessLost, AccessLost),
        (httpx.Response(422), StoreRefused, StoreRefused),
        (httpx.Response(404), AccessLost, AccessLost),
        (httpx.Response(423), AccessLost, AccessLost),
        (graphql(errors=[{"message": "bad id"}]), StoreRefused, StoreRefused),
        (BROKEN, StoreUnreachable, OutcomeUnknown),
        (
            graphql(errors=[{"message": "half of it"}], data={"a": 1}),
            StoreUnreachable,
            OutcomeUnknown,
        ),
    ],
)
async def test_each_bad_end_is_named_for_what_may_be_done(
    answer: Any, for_a_read: type[Exception], for_a_write: type[Exception]
) -> None:
    with pytest.raises(for_a_read):
        await client(answer).execute(READ)
    with pytest.raises(for_a_write):
        await client(answer).execute(WRITE)


async def test_throttling_says_how_long_to_wait() -> None:
    with pytest.raises(StoreBusy) as busy:
        await client(THROTTLED).execute(READ)
    assert busy.value.retry_after_s == pytest.approx(1.0)


async def test_a_missing_permission_is_named() -> None:
    with pytest.raises(AccessLost) as lost:
        await client(DENIED).execute(WRITE)
    assert lost.value.code == "permission_denied"
    assert lost.value.missing == ("write_orders",)


def answering(*answers: httpx.Response) -> tuple[ShopifyClient, list[httpx.Response]]:
    """A client, and the answers that it has not asked for yet."""
    left = list(answers)
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: left.pop(0)))
    return ShopifyClient(http, ACCESS, Budget(1.0)), left


async def test_one_401_is_asked_again_even_where_something_changes() -> None:
    shop, left = answering(httpx.Response(401), graphql(data={"done": True}))
    assert await shop.execute(WRITE) == {"done": True}
    assert left == []


async def test_the_second_401_is_believed() -> None:
    shop, left = answering(httpx.Response(401), httpx.Response(401), graphql(data={}))
    with pytest.raises(AccessLost):
        await shop.execute(READ)
    assert len(left) == 1


async def test_there_is_no_second_try_beyond_the_deadline() -> None:
    shop, left = answering(httpx.Response(401), graphql(data={}))
    with pytest.raises(AccessLost):
        await shop.execute(READ, deadline_s=0.1)
    assert len(left) == 1


async def test_a_read_without_an_answer_is_asked_again_a_write_never() -> None:
    shop, left = answering(
        httpx.Response(502), httpx.Response(200, content=b"<html>"), graphql(data={"shop": 1})
    )
    assert await shop.execute(READ) == {"shop": 1}
    shop, left = answering(httpx.Response(502), graphql(data={}))
    with pytest.raises(OutcomeUnknown):
        await shop.execute(WRITE)
    assert len(left) == 1


async def test_a_read_whose_answer_never_comes_is_asked_again_in_time() -> None:
    answers = [60.0, 0.0]

    async def reply(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(answers.pop(0))
        return graphql(data={"shop": 1})

    http = httpx.AsyncClient(transport=httpx.MockTransport(reply))
    shop = ShopifyClient(http, ACCESS, Budget(1.0))
    assert await shop.execute(READ, deadline_s=1.0) == {"shop": 1}


async def test_a_throttled_read_waits_as_long_as_the_shop_asks() -> None:
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    status = {"maximumAvailable": 2000, "currentlyAvailable": 0, "restoreRate": 100}
    cost = {"requestedQueryCost": 30, "actualQueryCost": None, "throttleStatus": status}
    throttled = graphql(errors=[error], extensions={"cost": cost})
    shop, left = answering(throttled, graphql(data={"shop": 1}))
    assert await shop.execute(READ, deadline_s=5.0) == {"shop": 1}
    assert left == []


async def test_a_read_is_not_asked_for_ever() -> None:
    shop, left = answering(*[httpx.Response(502)] * 9)
    with pytest.raises(StoreUnreachable):
        await shop.execute(READ)
    assert len(left) == 6


async def test_a_throttled_call_leaves_what_the_shop_says_is_left() -> None:
    budget = Budget(1.0)
    status = {"maximumAvailable": 2000, "currentlyAvailable": 700, "restoreRate": 100}
    cost = {"requestedQueryCost": 800, "actualQueryCost": None, "throttleStatus": status}
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    answer = graphql(errors=[error], extensions={"cost": cost})
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer))
    with pytest.raises(StoreBusy):
        await ShopifyClient(http, ACCESS, budget).execute(WRITE)
    await budget.take(700, deadline_s=0.0)


async def test_a_service_takes_its_share_of_the_rate_and_no_more() -> None:
    budget = Budget(0.5)
    budget.feed(maximum=400, available=400, rate=100)
    await budget.take(200, deadline_s=0.0)
    with pytest.raises(StoreBusy) as busy:
        await budget.take(100, deadline_s=0.0)
    assert 1.5 < (busy.value.retry_after_s or 0.0) <= 2.0


async def test_what_others_took_of_the_rate_is_not_there() -> None:
    budget = Budget(1.0)
    budget.feed(maximum=2000, available=200, rate=0.1)
    with pytest.raises(StoreBusy):
        await budget.take(201, deadline_s=0.0)
    await budget.take(200, deadline_s=0.0)


async def test_a_shop_that_throttles_and_does_not_say_what_is_left_has_nothing() -> None:
    budget = Budget(1.0)
    budget.spent()
    with pytest.raises(StoreBusy):
        await budget.take(10, deadline_s=0.0)


async def test_a_large_call_is_not_kept_waiting_by_small_ones() -> None:
    budget = Budget(1.0)
    budget.feed(maximum=100, available=0, rate=200)
    served: list[float] = []

    async def asks(cost: float) -> None:
        await budget.take(cost, deadline_s=5.0)
        served.append(cost)

    await asyncio.gather(asks(40), *(asks(2) for _ in range(20)))
    assert served[0] == 40


async def test_a_budget_that_cannot_serve_in_time_says_when_to_come_again() -> None:
    budget = Budget(1.0)
    budget.feed(maximum=100, available=0, rate=10)
    waiting = asyncio.create_task(budget.take(50, deadline_s=60.0))
    await asyncio.sleep(0)
    with pytest.raises(StoreBusy) as busy:
        await budget.take(50, deadline_s=0.05)
    waiting.cancel()
    assert 4.0 < (busy.value.retry_after_s or 0.0) <= 5.0
