"""A Shopify catalog as Shopify answers, over a transport that answers in its place."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from campaign.stores.shopify import ShopifyCatalog
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import AccessLost, StoreRefused, StoreUnreachable

ACCESS = {
    "platform": "shopify",
    "base_url": "https://acme.myshopify.com",
    "api_version": "2026-07",
    "access_token": "shpat_1",
}


class Source:
    """store-sync's answers, one after the other; the last stays."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.asked = 0

    async def get(self, path: str, **_params: str) -> object:
        assert path == "/internal/stores/st-1/access"
        token = self.tokens[min(self.asked, len(self.tokens) - 1)]
        self.asked += 1
        return {**ACCESS, "access_token": token}


def catalog(
    answer: Callable[[httpx.Request], httpx.Response], source: Source | None = None
) -> ShopifyCatalog:
    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    access = AccessCache(source or Source("shpat_1"))
    return ShopifyCatalog(http, access, Budget(1.0), "st-1", deadline_s=5.0)


def variant(**product: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/ProductVariant/44812",
        "sku": "",
        "title": "Default Title",
        "price": "24.90",
        "inventoryItem": {"requiresShipping": False, "unitCost": None},
        "product": {
            "id": "gid://shopify/Product/9007199254740993",
            "title": "Gift Guide",
            "status": "ACTIVE",
            "isGiftCard": False,
            "hasOnlyDefaultVariant": True,
            "featuredMedia": None,
            **product,
        },
    }


def page(*nodes: Any, after: str | None = None) -> Callable[[httpx.Request], httpx.Response]:
    def answer(_: httpx.Request) -> httpx.Response:
        info = {"hasNextPage": after is not None, "endCursor": after}
        connection = {"pageInfo": info, "nodes": list(nodes)}
        data = {"shop": {"currencyCode": "EUR"}, "productVariants": connection}
        return httpx.Response(200, json={"data": data})

    return answer


async def test_a_product_with_a_single_variant_and_few_fields_works() -> None:
    found = await catalog(page(variant(), after="c1")).variants(None)
    (one,) = found.variants
    assert found.next == "c1"
    assert (one.product_ref, one.variant_ref) == ("9007199254740993", "44812")
    assert (one.title, one.variant_title, one.sku, one.image_url) == (
        "Gift Guide",
        None,
        None,
        None,
    )
    assert (one.retail_price.amount, one.retail_price.currency) == (2490, "EUR")
    assert (one.unit_cost, one.requires_shipping, one.obstacle) == (None, False, None)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "DRAFT"}, "variant_unavailable"),
        ({"status": "ARCHIVED"}, "variant_unavailable"),
        ({"isGiftCard": True}, "gift_card"),
    ],
)
async def test_what_cannot_be_a_gift_says_why(fields: dict[str, Any], code: str) -> None:
    (one,) = (await catalog(page(variant(**fields))).variants(None)).variants
    assert one.obstacle is not None
    assert one.obstacle.code == code


async def test_an_old_token_is_asked_for_again_once() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["X-Shopify-Access-Token"] == "shpat_2":
            return page(variant())(request)
        return httpx.Response(401, json={"errors": "[API] Invalid API key"})

    refreshed = Source("shpat_1", "shpat_2")
    assert (await catalog(answer, refreshed).variants(None)).variants
    assert refreshed.asked == 2
    with pytest.raises(AccessLost):
        await catalog(answer, Source("shpat_1")).variants(None)


async def test_an_answer_of_another_shape_is_named_not_believed() -> None:
    broken = {**variant(), "price": "a lot"}
    with pytest.raises(StoreRefused):
        await catalog(page(broken)).variants(None)
    html = httpx.Response(200, text="<html>")
    with pytest.raises(StoreUnreachable):
        await catalog(lambda _: html).variants(None)


async def test_a_product_that_is_not_there_is_none_and_an_odd_id_is_not_asked_for() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content)["variables"]["id"])
        data = {"shop": {"currencyCode": "EUR"}, "product": None}
        return httpx.Response(200, json={"data": data})

    shop = catalog(answer)
    assert await shop.variants_of("812", None) is None
    assert await shop.variants_of("8/12", None) is None
    assert await shop.variants_of("²", None) is None
    assert asked == ["gid://shopify/Product/812"]


async def test_a_shop_that_does_not_count_leaves_the_total_open() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"errors": [{"message": "no such field"}]})

    assert await catalog(answer).count() is None
