"""What Shopify is asked for a gift, and what its answers are taken to mean, without a network."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from giftstream.clock import now
from giftstream.events import Recipient, StoreOrder
from giftstream_platforms.access import AccessCache
from giftstream_platforms.budgets import Budget
from giftstream_platforms.failures import OutcomeUnknown, StoreBusy, StoreUnreachable
from giftstream_platforms.shopify import Operation
from order_placement.store import MarkedHandle, Stock, Wanted, WantedLine, mark_of
from order_placement.stores.shopify import ShopifyCalls, ShopifyStore
from order_placement.stores.shopify.drafts import draft_input, state_of
from order_placement.stores.shopify.operations import CANCEL, CREATE
from placing_world import ANA

ONE, OTHER = str(uuid.uuid4()), str(uuid.uuid4())
ORDER = StoreOrder(platform="shopify", id="9", number="#9", admin_url=None)
WANTED = Wanted(ONE, (WantedLine("812", 1),), Recipient.model_validate(ANA), "Standard", "EUR")


class Answers:
    """ShopifyCalls that gives these answers, one a call."""

    answered_at = 0.0

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: list[Mapping[str, Any]] = []

    async def __call__(
        self, _: Operation, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        self.asked.append(dict(variables or {}))
        return self.answers.pop(0)

    async def base_url(self) -> str:
        return "https://acme.myshopify.com"


def shop(*answers: dict[str, Any]) -> ShopifyStore:
    return ShopifyStore(Answers(*answers))  # type: ignore[arg-type]  # as far as a store asks it


def draft(number: int, *tags: str, status: str = "OPEN", **more: Any) -> dict[str, Any]:
    return {"id": f"gid://shopify/DraftOrder/{number}", "status": status, "tags": tags, **more}


def page(*drafts: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    info = {"hasNextPage": after is not None, "endCursor": after}
    return {"draftOrders": {"nodes": drafts, "pageInfo": info}}


def test_a_gift_is_asked_for_so_that_it_costs_nobody_anything() -> None:
    asked = draft_input(WANTED)
    discount = asked["appliedDiscount"]
    assert (discount["valueType"], discount["value"]) == ("PERCENTAGE", 100.0)
    assert asked["acceptAutomaticDiscounts"] is False
    assert asked["taxExempt"] is True
    assert asked["shippingLine"]["priceWithCurrency"] == {"amount": "0.00", "currencyCode": "EUR"}


def test_the_shop_tells_the_creator_nothing_and_adds_nothing_of_its_own() -> None:
    asked = draft_input(WANTED)
    assert asked["visibleToCustomer"] is False
    assert asked["useCustomerDefaultAddress"] is False
    assert asked["tags"] == [mark_of(ONE), "giftstream"]


def test_a_cancel_restocks_refunds_nothing_and_tells_nobody() -> None:
    for asked in ("restock: true", "originalPaymentMethodsRefund: false", "notifyCustomer: false"):
        assert asked in CANCEL.text


def test_a_draft_with_the_marks_of_two_gifts_is_neithers() -> None:
    nothing = {"shopMoney": {"amount": "0.00", "currencyCode": "EUR"}}
    fields = {
        "ready": True, "totalPriceSet": nothing, "shippingLine": None, "warnings": [],
        "lineItems": {"nodes": []}, "order": None, "customAttributes": [],
    }  # fmt: skip
    one, two = draft(1, mark_of(ONE), **fields), draft(2, mark_of(ONE), mark_of(OTHER), **fields)
    assert state_of(one, "x.example").mark == mark_of(ONE)
    assert state_of(two, "x.example").mark is None


async def test_what_a_late_search_finds_is_looked_at_itself() -> None:
    mark = mark_of(ONE)
    found = [draft(1, mark), draft(2, mark, status="COMPLETED"), draft(3, mark_of(OTHER))]
    assert await shop(page(*found)).open_handles(mark) == ["1"]


async def test_the_sweep_is_shown_open_drafts_of_one_gift_page_by_page() -> None:
    first = page(draft(1, mark_of(ONE)), draft(2, mark_of(ONE), status="COMPLETED"), after="cursor")
    second = page(
        draft(3, mark_of(ONE), mark_of(OTHER)), draft(4, "giftstream"), draft(5, mark_of(OTHER))
    )
    answers = Answers(first, second)
    moment = now() - timedelta(hours=1)
    found = await ShopifyStore(answers).open_marked(moment)  # type: ignore[arg-type]  # as above
    assert found == [MarkedHandle("1", ONE), MarkedHandle("5", OTHER)]
    assert answers.asked[1]["after"] == "cursor"
    assert f"created_at:<'{moment:%Y-%m-%dT%H:%M:%SZ}'" in answers.asked[0]["query"]


@pytest.mark.parametrize("answer", [{}, {"userErrors": [], "draftOrder": None}, None])
async def test_a_change_whose_answer_makes_no_sense_leaves_the_outcome_open(answer: Any) -> None:
    with pytest.raises(OutcomeUnknown):
        await shop({"draftOrderCreate": answer}).prepare(WANTED)
    with pytest.raises(OutcomeUnknown):
        await shop({"draftOrderComplete": answer}).commit("1")


async def test_a_removal_or_cancel_whose_answer_makes_no_sense_leaves_the_outcome_open() -> None:
    with pytest.raises(OutcomeUnknown):
        await shop({"draftOrderDelete": None}).discard("1")
    still_there = {"order": {"id": "gid://shopify/Order/9", "cancelledAt": None}}
    with pytest.raises(OutcomeUnknown):
        await shop(still_there, {"orderCancel": None}).cancel(ORDER)


async def test_a_reading_that_makes_no_sense_is_no_answer() -> None:
    with pytest.raises(StoreUnreachable):
        await shop({"draftOrder": {"id": "gid://shopify/DraftOrder/1"}}).read("1")


def variant(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/ProductVariant/{number}", "inventoryPolicy": "DENY",
        "sellableOnlineQuantity": 3, "inventoryItem": {"tracked": True},
        "product": {"status": "ACTIVE"},
    } | more  # fmt: skip


async def test_stock_is_what_the_shop_says_and_what_it_does_not_know_is_deleted() -> None:
    found = [
        variant(1), None, variant(3, product={"status": "ARCHIVED"}),
        variant(4, product={"status": "DRAFT"}), variant(5, inventoryPolicy="CONTINUE"),
        variant(6, inventoryItem={"tracked": False}),
    ]  # fmt: skip
    stock = await shop({"nodes": found}).stock(["1", "2", "3", "4", "5", "6"])
    assert stock == {
        "1": Stock(3),
        "2": Stock(0, deleted=True),
        "3": Stock(3, available_for_sale=False),
        "4": Stock(3, available_for_sale=False),
        "5": Stock(None),
        "6": Stock(None),
    }


async def test_a_cancel_that_the_shop_has_taken_and_not_done_is_no_cancel_yet() -> None:
    still_there = {"order": {"id": "gid://shopify/Order/9", "cancelledAt": None}}
    taken = {"orderCancel": {"job": {"id": "1", "done": False}, "orderCancelUserErrors": []}}
    with pytest.raises(StoreBusy):
        await shop(still_there, taken, still_there).cancel(ORDER)


class Access:
    """As store-sync gives it out: another token each time, so long after it was asked."""

    def __init__(self, late_s: tuple[float, ...] = ()) -> None:
        self.late_s, self.given = list(late_s), 0

    async def get(self, _path: str, **_params: str) -> object:
        await asyncio.sleep(self.late_s.pop(0) if self.late_s else 0.0)
        self.given += 1
        return {
            "platform": "shopify", "base_url": "https://acme.myshopify.com",
            "api_version": "2026-07", "access_token": f"t{self.given}",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("late_s", "expired", "rate"),
    [((), (), 0.8), ((2.8,), (), 0.01), ((0.0, 2.8), ("t1",), 0.01)],
    ids=["our share of the rate", "what opens the shop", "what opens it anew"],
)
async def test_whatever_a_call_waits_for_it_has_ended_by_its_deadline(
    late_s: tuple[float, ...], expired: tuple[str, ...], rate: float
) -> None:
    budget = Budget(1.0)
    budget.feed(maximum=1000, available=0, rate=CREATE.cost / rate)

    async def never(request: httpx.Request) -> httpx.Response:
        if request.headers["X-Shopify-Access-Token"] not in expired:
            await asyncio.Event().wait()
        return httpx.Response(401)

    async with httpx.AsyncClient(transport=httpx.MockTransport(never)) as http:
        calls = ShopifyCalls("s1", AccessCache(Access(late_s)), http, budget, deadline_s=3.0)
        begun = time.monotonic()
        with pytest.raises((OutcomeUnknown, StoreBusy, StoreUnreachable)):
            await calls(CREATE, {})
    # A commit is only sent where the lease covers its deadline: it must have ended by then.
    assert time.monotonic() - begun < 3.9
