"""The public edge: everything that is wrong with a webhook, and everything that may go wrong."""

import asyncio
import gzip
import uuid
from collections.abc import Mapping

import httpx
from giftstream import mongo
from giftstream.mongo import Document
from support.shops import Connected, signature
from support.store_sync import StoreSync
from support.waiting import until

PAYLOAD = b'{"id": 788032119674292922, "updated_at": "2026-11-22T10:00:00Z"}'


async def _path(store_sync: StoreSync, shop: Connected) -> str:
    """Where the shop was told to send its webhooks."""
    listing = "{ webhookSubscriptions(first: 1) { nodes { uri } } }"
    nodes = (await store_sync.graphql(shop, listing))["webhookSubscriptions"]["nodes"]
    path = str(nodes[0]["uri"]).removeprefix(store_sync.hooks)

    # The edge learns of a new connection within about a second.
    await until(lambda: _taken(store_sync, path, _signed(shop, PAYLOAD)), within_s=10, what="200")
    return path


async def _taken(store_sync: StoreSync, path: str, headers: Mapping[str, str]) -> bool:
    return (await _send(store_sync, path, headers)).status_code == 200


def _signed(shop: Connected, raw: bytes, **more: str) -> dict[str, str]:
    return {
        "X-Shopify-Topic": "products/update",
        "X-Shopify-Hmac-Sha256": signature(shop.shop["credentials"]["webhook_secret"], raw),
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": "2026-11-22T10:00:00.123456789Z",
        "Content-Type": "application/json",
    } | more


async def _send(
    store_sync: StoreSync,
    path: str,
    headers: Mapping[str, str] | list[tuple[bytes, bytes]],
    raw: bytes = PAYLOAD,
) -> httpx.Response:
    return await store_sync.strangers.post(path, content=raw, headers=headers)


async def _kept(store_sync: StoreSync, shop: Connected) -> list[Document]:
    database = store_sync.database()
    found = await database["deliveries"].find({"store_id": shop.id}).to_list(None)
    mongo.close(database)
    return found


async def test_a_signed_webhook_is_kept_once_and_its_body_sealed(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    before = len(await _kept(store_sync, shop))
    headers = _signed(shop, PAYLOAD)
    answers = [await _send(store_sync, path, headers) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    kept = await _kept(store_sync, shop)
    assert len(kept) == before + 1
    assert kept[-1]["ref"] == "788032119674292922"
    assert PAYLOAD not in kept[-1]["body"]


async def test_a_wrong_signature_is_401_and_nothing_is_kept(store_sync: StoreSync) -> None:
    shop, other = await store_sync.connected(), await store_sync.connected()
    path = await _path(store_sync, shop)
    right = _signed(shop, PAYLOAD)["X-Shopify-Hmac-Sha256"]
    before = len(await _kept(store_sync, shop))
    name = "X-Shopify-Hmac-Sha256"
    wrong = [
        _signed(other, PAYLOAD),
        _signed(shop, PAYLOAD) | {name: ""},
        _signed(shop, PAYLOAD) | {name: right.lower()},
        _signed(shop, PAYLOAD) | {name: right + "A"},
        _signed(shop, PAYLOAD) | {name: signature("another secret", PAYLOAD)},
        {key: value for key, value in _signed(shop, PAYLOAD).items() if key != name},
    ]
    for headers in wrong:
        assert (await _send(store_sync, path, headers)).status_code == 401, headers
    rewritten = PAYLOAD.replace(b": ", b":")
    assert (await _send(store_sync, path, _signed(shop, PAYLOAD), rewritten)).status_code == 401
    packed = gzip.compress(PAYLOAD)
    encoded = _signed(shop, PAYLOAD) | {"Content-Encoding": "gzip"}
    assert (await _send(store_sync, path, encoded, packed)).status_code == 401
    assert len(await _kept(store_sync, shop)) == before


async def test_strange_signature_headers_are_401_and_never_500(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    headers = _signed(shop, PAYLOAD)
    right = headers.pop("X-Shopify-Hmac-Sha256").encode()
    plain = [(name.encode(), value.encode()) for name, value in headers.items()]
    for values in ([b"\xc3\xa9" * 22], [b"\xff\xfe"], [right, right], [right, b"x"]):
        signed = [(b"X-Shopify-Hmac-Sha256", value) for value in values]
        assert (await _send(store_sync, path, plain + signed)).status_code == 401, values


async def test_an_unknown_path_tells_nothing(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    headers = _signed(shop, PAYLOAD)
    assert (await _send(store_sync, "/webhooks/guessed", headers)).status_code == 401
    assert (await _send(store_sync, "/webhooks/", headers)).status_code == 404
    assert (await _send(store_sync, path + "/more", headers)).status_code == 404
    for hidden in ("/docs", "/openapi.json", "/metrics", "/ready", "/stores"):
        assert (await store_sync.strangers.get(hidden)).status_code == 404
    assert (await store_sync.strangers.get(path)).status_code == 405


async def test_a_body_above_the_limit_is_refused_whatever_its_length_says(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    large = b'{"x": "' + b"x" * (300 * 1024) + b'"}'
    assert (await _send(store_sync, path, _signed(shop, large), large)).status_code == 413

    async def chunks():  # type: ignore[no-untyped-def]  # an endless body, bounded by the edge
        for _ in range(40):
            yield b"x" * 10_000

    answer = await store_sync.strangers.post(path, content=chunks(), headers=_signed(shop, b""))
    assert answer.status_code == 413


async def test_a_signed_body_that_is_no_json_is_taken_and_does_nothing(
    store_sync: StoreSync,
) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    for raw in (b"", b"{", b"[1]", b"null", b"\xff", b'{"id": "../x"}', b"[" * 5000):
        headers = _signed(shop, raw)
        assert (await _send(store_sync, path, headers, raw)).status_code == 200, raw


async def test_a_replayed_webhook_under_a_new_id_changes_nothing(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    gift = await store_sync.followed(shop)
    before = await store_sync.observations(gift)
    assert before is not None
    raw = b'{"id": %s, "tags": "gift-%s"}' % (
        gift.ref.encode(),
        uuid.UUID(gift.order_id).hex.encode(),
    )
    for topic in ("orders/cancelled", "orders/delete", "orders/fulfilled", "app/uninstalled"):
        # The topic is not signed: a captured body may come under any.
        headers = _signed(shop, raw) | {"X-Shopify-Topic": topic}
        assert (await _send(store_sync, path, headers, raw)).status_code == 200
    after = await store_sync.seen(gift, lambda now: now["verified_at"] > before["verified_at"])
    assert after["items"] == before["items"]
    assert (await store_sync.http.get(f"/stores/{shop.id}")).json()["status"] == "connected"


async def test_many_webhooks_at_once_are_all_kept(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    before = len(await _kept(store_sync, shop))
    answers = await asyncio.gather(
        *(_send(store_sync, path, _signed(shop, PAYLOAD)) for _ in range(300))
    )
    assert {one.status_code for one in answers} == {200}
    assert len(await _kept(store_sync, shop)) == before + 300


async def test_an_old_secret_holds_for_a_while_after_it_was_replaced(store_sync: StoreSync) -> None:
    shop = await store_sync.connected()
    path = await _path(store_sync, shop)
    old = _signed(shop, PAYLOAD)
    change = {"credentials": {"webhook_secret": "the new one"}}
    assert (await store_sync.http.patch(f"/stores/{shop.id}", json=change)).status_code == 200
    new = {**old, "X-Shopify-Hmac-Sha256": signature("the new one", PAYLOAD)}
    await until(lambda: _taken(store_sync, path, new), within_s=10, what="the new secret holds")
    assert (await _send(store_sync, path, old)).status_code == 200
