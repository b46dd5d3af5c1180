"""Who may do what, and what everybody else gets."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI
from giftstream.clock import now
from giftstream.http.access import Access, Caller, StoredKey
from giftstream.http.answers import install
from giftstream.http.keys import digest, new_api_key, new_key, prefix_of

MADE = new_api_key()
STORED = StoredKey("acme", MADE.prefix, MADE.sha256, frozenset({"orders:read"}))


class Keys:
    """The keys of a test, found as a service finds them."""

    def __init__(self) -> None:
        self.stored: StoredKey | None = STORED

    async def find_key(self, prefix: str) -> StoredKey | None:
        return self.stored if self.stored and self.stored.prefix == prefix else None


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def client(keys: Keys, tmp_path: Path) -> httpx.AsyncClient:
    tokens = tmp_path / "tokens"
    tokens.write_text(json.dumps({"campaign": "token-c", "store-sync": "token-s"}))
    access = Access(admin_key="admin-key", service_tokens_file=tokens, find_key=keys.find_key)
    app = FastAPI()
    install(app)

    @app.get("/orders/{brand_id}")
    async def read(
        brand_id: str, caller: Annotated[Caller, Depends(access.require("orders:read"))]
    ) -> str:
        caller.sees(brand_id)
        return caller.identity

    @app.get("/place")
    async def place(caller: Annotated[Caller, Depends(access.require("orders:write"))]) -> str:
        return caller.identity

    @app.get("/brands")
    async def brands(caller: Annotated[Caller, Depends(access.admin())]) -> str:
        return caller.identity

    @app.get("/internal")
    async def internal(caller: Annotated[Caller, Depends(access.internal())]) -> str:
        return caller.name

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x")


async def get(client: httpx.AsyncClient, path: str, key: str | bytes | None) -> httpx.Response:
    raw = key.encode() if isinstance(key, str) else key
    headers = {} if raw is None else {b"Authorization": b"Bearer " + raw}
    return await client.get(path, headers=headers)  # type: ignore[arg-type]  # bytes are taken too


async def test_a_brand_key_opens_its_own_brand(client: httpx.AsyncClient) -> None:
    assert (await get(client, "/orders/acme", MADE.key)).json() == "brand:acme"


async def test_another_brands_ids_do_not_exist(client: httpx.AsyncClient) -> None:
    assert (await get(client, "/orders/other", MADE.key)).status_code == 404


async def test_a_missing_scope_is_named(client: httpx.AsyncClient) -> None:
    answer = await get(client, "/place", MADE.key)
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert "orders:write" in answer.json()["detail"]


async def test_the_admin_key_opens_every_brand(client: httpx.AsyncClient) -> None:
    assert (await get(client, "/orders/other", "admin-key")).json() == "admin:admin"
    assert (await get(client, "/place", "admin-key")).status_code == 200
    assert (await get(client, "/brands", "admin-key")).status_code == 200


async def test_what_is_the_administrators_is_not_a_brands(client: httpx.AsyncClient) -> None:
    assert (await get(client, "/brands", MADE.key)).status_code == 403


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        MADE.key[:-1],
        MADE.key + "x",
        MADE.key.upper(),
        f"gs_{MADE.prefix}_{'x' * 43}",
        f"gs_{'0' * 12}_{'x' * 43}",
        "gs__",
        "admin-keý",
        b"\xff\xfe\xe9",
        "token-c",
        MADE.sha256,
        "gs_$ne_" + "x" * 43,
    ],
    ids=range(13),  # a key is another one every time, the names of tests must not be
)
async def test_anything_else_is_401(client: httpx.AsyncClient, key: str | bytes | None) -> None:
    answer = await get(client, "/orders/acme", key)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_in_the_query_counts_for_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/orders/acme", params={"access_token": MADE.key})
    assert answer.status_code == 401


async def test_an_expired_key_is_401(client: httpx.AsyncClient, keys: Keys) -> None:
    keys.stored = replace(STORED, expires_at=now() + timedelta(minutes=1))
    assert (await get(client, "/orders/acme", MADE.key)).status_code == 200
    keys.stored = replace(STORED, expires_at=now() - timedelta(seconds=1))
    assert (await get(client, "/orders/acme", MADE.key)).status_code == 401


async def test_a_revoked_key_is_401(client: httpx.AsyncClient, keys: Keys) -> None:
    keys.stored = None
    assert (await get(client, "/orders/acme", MADE.key)).status_code == 401


async def test_internal_routes_are_for_services_alone(client: httpx.AsyncClient) -> None:
    assert (await get(client, "/internal", "token-s")).json() == "store-sync"
    for other in ("admin-key", MADE.key, "", "token-é", None):
        assert (await get(client, "/internal", other)).status_code == 401


def test_a_new_key_is_kept_as_its_hash() -> None:
    made = new_key("my-brand")
    assert made.key.startswith("gs_my-brand_")
    assert prefix_of(made.key) == "my-brand"
    assert digest(made.key) == made.sha256
    assert len({new_api_key() for _ in range(100)}) == 100


@pytest.mark.parametrize("prefix", ["", "a_b", "abc", "x" * 65, "é" * 5])
def test_a_prefix_that_could_not_be_found_again_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError):
        new_key(prefix)


def test_access_without_an_admin_key_is_refused() -> None:
    with pytest.raises(ValueError):
        Access(admin_key="")
    with pytest.raises(ValueError):
        Access(admin_key="x").require("orders:delete")


def test_a_service_without_a_token_cannot_start_calling(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    for wrong in ("[]", '{"campaign": 1}', '{"campaign": ""}'):
        tokens.write_text(wrong)
        with pytest.raises(ValueError):
            Access(admin_key="x", service_tokens_file=tokens)
