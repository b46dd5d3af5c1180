"""Calls to a store lead nowhere else, end in time, and an answer has its bounds."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from giftstream_platforms.failures import OutcomeUnknown, StoreUnreachable
from giftstream_platforms.http import MAX_ANSWER_BYTES, post, store_client

TOKEN = {"X-Shopify-Access-Token": "t"}


@dataclass
class Shop:
    """A server that keeps what it was asked, and answers these bytes; without any, never."""

    answer: bytes = b""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head.decode().split(" ")[1])
        writer.write(self.answer)
        if not self.answer:
            await reader.read()
            self.hung_up.set()
        writer.close()


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    server = await asyncio.start_server(shop.serve, "127.0.0.1", 0)
    shop.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield shop
    server.close()


def answer(status: str, *headers: str, length: int = 0) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {length}", *headers])
    return f"{head}\r\n\r\n".encode() + b" " * length


async def test_a_redirect_is_an_answer_and_nobody_follows_it(shop: Shop) -> None:
    shop.answer = answer("307 Elsewhere", f"Location: {shop.url}/elsewhere")
    async with store_client() as http:
        told = await post(http, f"{shop.url}/a", b"{}", TOKEN, deadline_s=5.0, mutates=True)
    assert (told.status, shop.asked) == (307, ["/a"]), "the token was for the store alone"


async def test_a_proxy_of_the_environment_hears_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    shop.answer = answer("200 OK")
    async with store_client() as http:
        told = await post(http, f"{shop.url}/a", b"{}", TOKEN, deadline_s=5.0, mutates=True)
    assert told.status == 200


@pytest.mark.parametrize(
    ("mutates", "failure"), [(True, OutcomeUnknown), (False, StoreUnreachable)]
)
async def test_an_answer_without_an_end_is_none(
    shop: Shop, mutates: bool, failure: type[Exception]
) -> None:
    shop.answer = answer("200 OK", length=MAX_ANSWER_BYTES + 1)
    async with store_client() as http:
        with pytest.raises(failure):
            await post(http, shop.url, b"{}", TOKEN, deadline_s=20.0, mutates=mutates)


@pytest.mark.parametrize(
    ("mutates", "failure"), [(True, OutcomeUnknown), (False, StoreUnreachable)]
)
async def test_no_answer_in_time_is_given_up(
    shop: Shop, mutates: bool, failure: type[Exception]
) -> None:
    async with store_client() as http, asyncio.timeout(10.0):
        with pytest.raises(failure):
            await post(http, shop.url, b"{}", TOKEN, deadline_s=0.2, mutates=mutates)
        await shop.hung_up.wait()
