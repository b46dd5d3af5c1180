"""The connector to Shopify against the simulated shop over real HTTP."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from giftstream.clock import now
from giftstream.events import Address, Recipient
from giftstream_platforms.failures import AccessLost, OutcomeUnknown, StoreBusy, StoreRefused
from order_placement.store import HandleState, Stock, WantedLine
from order_placement.stores.shopify.drafts import state_of
from placing_world import ANA
from simulated_shop import SimulatedShop


@pytest.fixture
def order_id() -> str:
    return str(uuid.uuid4())


async def ready(shop: SimulatedShop, order_id: str, **changed: object) -> HandleState:
    """A draft that the shop has finished calculating."""
    state = await shop.store.prepare(shop.wanted(order_id, **changed))
    async with asyncio.timeout(5):
        while not state.ready:
            state = await shop.store.read(state.handle)
    return state


async def test_a_prepared_gift_is_all_that_was_asked_and_costs_nothing(
    shop: SimulatedShop, order_id: str
) -> None:
    lines = (WantedLine(shop.variants[0], 2), WantedLine(shop.variants[1], 1))
    state = await ready(shop, order_id, lines=lines)
    assert state.status == "open"
    assert (state.total, state.lines, state.shipping_method) == (0, lines, "Standard")
    assert state.mark == shop.wanted(order_id).mark
    (entry,) = await shop.ledger("prepared")
    assert entry["mark"] == order_id


async def test_a_draft_says_which_revision_of_the_order_it_was_made_of(
    shop: SimulatedShop, order_id: str
) -> None:
    state = await ready(shop, order_id, content=3)
    assert state.content == 3
    assert (await shop.store.commit(state.handle)).content == 3


@pytest.mark.parametrize(
    ("attributes", "revision"),
    [
        ([], 0),
        ([{"key": "gift_content", "value": "12"}], 12),
        ([{"key": "other", "value": "9"}], 0),
        ([{"key": "gift_content", "value": "x"}], None),
        ([{"key": "gift_content", "value": None}], None),
        ([{"key": "gift_content", "value": "1"}, {"key": "gift_content", "value": "2"}], None),
    ],
)
def test_a_revision_that_somebody_changed_is_none(
    attributes: list[dict[str, Any]], revision: int | None
) -> None:
    nothing = {"shopMoney": {"amount": "0.00", "currencyCode": "EUR"}}
    draft = {
        "id": "gid://shopify/DraftOrder/1", "status": "OPEN", "ready": True, "tags": [],
        "totalPriceSet": nothing, "shippingLine": None, "lineItems": {"nodes": []},
        "warnings": [], "order": None, "customAttributes": attributes,
    }  # fmt: skip
    assert state_of(draft, "x.example").content == revision


async def test_a_commit_makes_one_order_and_a_repeat_is_refused(
    shop: SimulatedShop, order_id: str
) -> None:
    state = await ready(shop, order_id)
    done = await shop.store.commit(state.handle)
    assert done.status == "committed"
    assert done.store_order is not None
    assert done.store_order.number
    assert done.store_order.admin_url == (
        f"https://admin.shopify.com/store/{shop.id}/orders/{done.store_order.id}"
    )
    with pytest.raises(StoreRefused):
        await shop.store.commit(state.handle)
    assert (await shop.store.read(state.handle)).store_order == done.store_order
    assert await shop.live(order_id) == [done.store_order.id]


async def test_a_discarded_handle_is_gone_and_a_repeat_is_no_error(
    shop: SimulatedShop, order_id: str
) -> None:
    state = await ready(shop, order_id)
    await shop.store.discard(state.handle)
    await shop.store.discard(state.handle)
    assert (await shop.store.read(state.handle)).status == "gone"
    with pytest.raises(StoreRefused):
        await shop.store.commit(state.handle)


async def test_a_committed_handle_cannot_be_discarded(shop: SimulatedShop, order_id: str) -> None:
    state = await ready(shop, order_id)
    await shop.store.commit(state.handle)
    with pytest.raises(StoreRefused):
        await shop.store.discard(state.handle)


async def test_open_handles_are_found_by_their_mark(shop: SimulatedShop, order_id: str) -> None:
    mark = shop.wanted(order_id).mark
    assert await shop.store.open_handles(mark) == []
    first, second = await ready(shop, order_id), await ready(shop, order_id)
    await ready(shop, str(uuid.uuid4()))
    assert set(await shop.store.open_handles(mark)) == {first.handle, second.handle}
    await shop.store.commit(first.handle)
    assert await shop.store.open_handles(mark) == [second.handle]


async def test_all_marked_handles_that_are_old_enough_are_found(
    shop: SimulatedShop, order_id: str
) -> None:
    state = await ready(shop, order_id)
    later = now() + timedelta(seconds=2)
    (found,) = await shop.store.open_marked(later)
    assert (found.handle, found.order_id) == (state.handle, order_id)
    assert await shop.store.open_marked(now() - timedelta(hours=1)) == []


async def test_stock_says_what_is_there_and_what_is_not(shop: SimulatedShop) -> None:
    first, second = shop.variants
    await shop.variant(first, stock=3)
    await shop.variant(second, deleted=True)
    stock = await shop.store.stock([first, second, "404"])
    assert stock[first] == Stock(3)
    assert stock[second].deleted
    assert stock["404"].deleted


async def test_the_shop_offers_shipping_methods_cheapest_first(
    shop: SimulatedShop, order_id: str
) -> None:
    offered = await shop.store.shipping_options(shop.wanted(order_id, shipping_method=None))
    assert offered == ["Standard", "Express"]


async def test_cancelling_twice_is_cancelling_once(shop: SimulatedShop, order_id: str) -> None:
    done = await shop.store.commit((await ready(shop, order_id)).handle)
    assert done.store_order is not None
    await shop.store.cancel(done.store_order)
    await shop.store.cancel(done.store_order)
    assert await shop.live(order_id) == []


async def test_what_was_shipped_is_not_cancelled_and_the_shop_says_why(
    shop: SimulatedShop, order_id: str
) -> None:
    done = await shop.store.commit((await ready(shop, order_id)).handle)
    assert done.store_order is not None
    await shop.merchant(f"orders/{done.store_order.id}/fulfill")
    with pytest.raises(StoreRefused) as refused:
        await shop.store.cancel(done.store_order)
    assert "fulfillments" in " ".join(refused.value.words)
    assert len(await shop.live(order_id)) == 1


@pytest.mark.parametrize("fault", ["reset_after_commit", "html"])
async def test_a_cancel_whose_answer_was_lost_is_read(
    shop: SimulatedShop, order_id: str, fault: str
) -> None:
    done = await shop.store.commit((await ready(shop, order_id)).handle)
    assert done.store_order is not None
    await shop.fault(fault, "orderCancel")
    with pytest.raises(OutcomeUnknown):
        await shop.store.cancel(done.store_order)
    await shop.store.cancel(done.store_order)
    assert len(await shop.ledger("cancelled")) == 1
    assert await shop.ledger("mail") == [], "the shop told nobody"


async def test_an_order_without_shipping_needs_no_address(
    shop: SimulatedShop, order_id: str
) -> None:
    recipient = Recipient(name="Ana", email="ana@example.com")
    state = await ready(shop, order_id, recipient=recipient, shipping_method=None)
    assert (state.total, state.shipping_method) == (0, None)


@pytest.mark.parametrize("region", ["Madrid", "M", "Somewhere", None])
async def test_any_region_is_taken(shop: SimulatedShop, order_id: str, region: str | None) -> None:
    address = Address.model_validate({**ANA["address"], "region": region})
    recipient = Recipient.model_validate({**ANA, "address": address})
    assert (await ready(shop, order_id, recipient=recipient)).total == 0


@pytest.mark.parametrize("fault", ["reset_after_commit", "html", "truncated", "server_error"])
async def test_a_lost_answer_leaves_the_outcome_open(
    shop: SimulatedShop, order_id: str, fault: str
) -> None:
    state = await ready(shop, order_id)
    await shop.fault(fault, "draftOrderComplete")
    with pytest.raises(OutcomeUnknown):
        await shop.store.commit(state.handle)


async def test_throttling_is_no_failure(shop: SimulatedShop, order_id: str) -> None:
    await shop.store.open_handles(shop.wanted(order_id).mark)
    await shop.fault("throttle", "draftOrderCreate")
    with pytest.raises(StoreBusy):
        await shop.store.prepare(shop.wanted(order_id))


async def test_a_renewed_token_is_asked_for_once(shop: SimulatedShop, order_id: str) -> None:
    right, shop.token = shop.token, "expired"
    with pytest.raises(AccessLost):
        await shop.store.stock(shop.variants)
    shop.token = right
    assert len(await shop.store.stock(shop.variants)) == 2


async def test_a_missing_permission_is_named(shop: SimulatedShop, order_id: str) -> None:
    await shop.store.stock(shop.variants)
    await shop.merchant("revoke", scopes=["write_draft_orders"])
    with pytest.raises(AccessLost) as lost:
        await shop.store.prepare(shop.wanted(order_id))
    assert lost.value.code == "permission_denied"
    assert "write_draft_orders" in " ".join([*lost.value.missing, lost.value.detail])
