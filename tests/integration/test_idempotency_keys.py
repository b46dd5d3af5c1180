"""A POST repeated with its key is one POST, against a real MongoDB."""

import asyncio
import base64
import os
from typing import Any

import pytest
from giftstream.failures import Transient
from giftstream.http.access import Caller
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.problems import Problem
from giftstream.mongo import Database
from giftstream.sealing import Sealing
from pydantic import BaseModel, SecretStr
from starlette.requests import Request
from starlette.responses import Response

ACME = Caller("brand", "k1", "acme")
OTHER = Caller("brand", "k2", "other")


class Body(BaseModel):
    name: str
    token: SecretStr = SecretStr("")


class Made(BaseModel):
    id: str
    name: str


class Maker:
    """Makes things and counts them; may be told to fail, or to wait."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.failures: list[Exception] = []
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, new_id: str) -> Made:
        self.made.append(new_id)
        self.started.set()
        await self.may_end.wait()
        if self.failures:
            raise self.failures.pop()
        return Made(id=new_id, name="thing")


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
async def keys(database: Database) -> IdempotencyKeys:
    keys = IdempotencyKeys(database, Sealing({"k": os.urandom(32)}))
    await keys.ensure_indexes()
    return keys


def request(key: str | None, path: str = "/things") -> Request:
    headers = [] if key is None else [(b"idempotency-key", key.encode())]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": headers,
        "query_string": b"",
        "server": ("x", 80),
        "scheme": "http",
    }
    return Request(scope)


async def post(
    keys: IdempotencyKeys,
    maker: Maker,
    key: str | None = "k-1",
    *,
    caller: Caller = ACME,
    body: Body | bytes = b"{}",
    path: str = "/things",
    sealed: bool = False,
) -> Response:
    return await idempotent(request(key, path), caller, keys, body, maker, sealed=sealed)


async def test_a_repeat_gets_the_same_answer(keys: IdempotencyKeys, maker: Maker) -> None:
    first, *repeats = [await post(keys, maker) for _ in range(3)]
    assert first.status_code == 201
    assert {repeat.body for repeat in repeats} == {first.body}
    assert {repeat.status_code for repeat in repeats} == {201}
    assert "idempotency-replayed" not in first.headers
    assert repeats[0].headers["idempotency-replayed"] == "true"
    assert len(maker.made) == 1


async def test_without_a_key_each_post_makes_its_own(keys: IdempotencyKeys, maker: Maker) -> None:
    for _ in range(2):
        await post(keys, maker, None)
    assert len(set(maker.made)) == 2


async def test_another_body_under_the_same_key_is_refused(
    keys: IdempotencyKeys, maker: Maker
) -> None:
    await post(keys, maker, body=Body(name="a", token=SecretStr("one")))
    for other in (Body(name="b", token=SecretStr("one")), Body(name="a", token=SecretStr("two"))):
        with pytest.raises(Problem) as caught:
            await post(keys, maker, body=other)
        assert (caught.value.status, caught.value.code) == (422, "idempotency_key_reused")


async def test_a_key_belongs_to_its_caller_and_route(keys: IdempotencyKeys, maker: Maker) -> None:
    await post(keys, maker)
    await post(keys, maker, caller=OTHER)
    await post(keys, maker, path="/others")
    await post(keys, maker, "k-2")
    assert len(set(maker.made)) == 4


async def test_the_same_brands_other_api_key_may_repeat(
    keys: IdempotencyKeys, maker: Maker
) -> None:
    await post(keys, maker)
    await post(keys, maker, caller=Caller("brand", "k9", "acme"))
    assert len(maker.made) == 1


async def test_fifty_at_once_make_one_thing(keys: IdempotencyKeys, maker: Maker) -> None:
    maker.may_end.clear()
    posts = [asyncio.create_task(post(keys, maker)) for _ in range(50)]
    async with asyncio.timeout(30):
        for refusals, answered in enumerate(asyncio.as_completed(posts), 1):
            with pytest.raises(Problem):
                await answered
            if refusals == 49:
                break
    maker.may_end.set()
    answers = await asyncio.gather(*posts, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert len(refused) == 49
    assert {one.code for one in refused} == {"idempotency_key_in_use"}
    assert len(maker.made) == 1


async def test_what_failed_may_be_tried_again_and_makes_the_same(
    keys: IdempotencyKeys, maker: Maker
) -> None:
    maker.failures = [Transient("away"), Problem(409, "busy", "Later.")]
    for expected in (Problem, Transient):
        with pytest.raises(expected):
            await post(keys, maker)
    assert (await post(keys, maker)).status_code == 201
    assert len(maker.made) == 3
    assert len(set(maker.made)) == 1


async def test_after_a_crash_the_claim_runs_out_and_the_repeat_makes_the_same(
    keys: IdempotencyKeys, maker: Maker, database: Database
) -> None:
    maker.may_end.clear()
    dead = asyncio.create_task(post(keys, maker))
    async with asyncio.timeout(10):
        await maker.started.wait()
    with pytest.raises(Problem) as caught:
        await post(keys, maker)
    assert caught.value.status == 409
    # The process is gone and its claim has run out, told by the server's clock.
    await database["idempotency_keys"].update_many(
        {}, [{"$set": {"until": {"$subtract": ["$$NOW", 60_000]}}}]
    )
    maker.may_end.set()
    again = await post(keys, maker)
    late = await dead
    assert again.body == late.body
    assert len(set(maker.made)) == 1
    assert (await post(keys, maker)).body == again.body


async def test_an_answer_with_a_secret_is_not_stored_in_clear(
    keys: IdempotencyKeys, maker: Maker, database: Database
) -> None:
    first = await post(keys, maker, sealed=True)
    stored = await database["idempotency_keys"].find_one({})
    assert stored is not None
    assert bytes(first.body) not in bytes(stored["body"])
    assert maker.made[0] not in str(stored)
    assert base64.b64encode(first.body) not in bytes(stored["body"])
    assert (await post(keys, maker, sealed=True)).body == first.body


async def test_keys_are_forgotten_after_seven_days(
    keys: IdempotencyKeys, maker: Maker, database: Database
) -> None:
    await post(keys, maker)
    collection = database["idempotency_keys"]
    indexes = await collection.index_information()
    assert indexes["expires_at_1"]["expireAfterSeconds"] == 0
    gone = {
        "$expr": {
            "$eq": [
                {"$dateDiff": {"startDate": "$$NOW", "endDate": "$expires_at", "unit": "day"}},
                7,
            ]
        }
    }
    assert await collection.count_documents(gone) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "é", "a\tb"])
async def test_a_malformed_key_is_refused(keys: IdempotencyKeys, maker: Maker, key: str) -> None:
    with pytest.raises(Problem) as caught:
        await post(keys, maker, key)
    assert (caught.value.status, caught.value.code) == (400, "invalid_idempotency_key")
    assert maker.made == []
