"""What is looked at right before an order is prepared: stock, campaign, shipping method."""

import pytest
from order_placement.store import Stock
from placing_world import World, codes, line


@pytest.mark.parametrize(
    ("stock", "code"),
    [
        (Stock(0), "out_of_stock"),
        (Stock(0, deleted=True), "product_deleted"),
        (Stock(9, available_for_sale=False), "variant_unavailable"),
    ],
)
async def test_stock_is_looked_at_right_before(world: World, stock: Stock, code: str) -> None:
    world.store.stocked = {"812": stock}
    order_id = await world.add()
    order = await world.until_settled(order_id)
    assert (order.status, codes(order)) == ("on_hold", [code])
    assert world.store.drafts == {}


async def test_lines_of_one_variant_share_its_stock(world: World) -> None:
    world.store.stocked = {"812": Stock(3)}
    order_id = await world.add(lines=[line(quantity=2), line(quantity=2)])
    assert codes(await world.until_settled(order_id)) == ["out_of_stock"]


async def test_a_person_may_override_a_lack_of_stock(world: World) -> None:
    world.store.stocked = {"812": Stock(0)}
    order_id = await world.add(approved={"by": "eva", "overrides": ["out_of_stock"]})
    assert (await world.until_settled(order_id)).status == "placed"


async def test_an_override_passes_over_what_it_names_and_nothing_else(world: World) -> None:
    passed = {"by": "eva", "overrides": ["out_of_stock"]}
    world.store.stocked = {"812": Stock(0, deleted=True)}
    order_id = await world.add(approved=passed)
    assert codes(await world.until_settled(order_id)) == ["product_deleted"]
    world.store.stocked = {}
    world.database["campaigns"].documents["spring"]["status"] = "closed"
    order_id = await world.add(approved=passed)
    assert codes(await world.until_settled(order_id)) == ["campaign_closed"]


async def test_a_campaign_that_was_closed_meanwhile_holds(world: World) -> None:
    world.database["campaigns"].documents["spring"]["status"] = "closed"
    order_id = await world.add()
    assert codes(await world.until_settled(order_id)) == ["campaign_closed"]


async def test_without_any_shipping_method_the_order_is_held(world: World) -> None:
    world.profile = type(world.profile)(
        "store-es", "shopify", "connected", 1, "EUR", "gift", False, None, {}
    )
    world.store.rates = []
    order_id = await world.add()
    assert codes(await world.until_settled(order_id)) == ["shipping_method_missing"]


@pytest.mark.parametrize(
    ("chosen", "by_country", "default", "expected"),
    [
        ("Courier", {"ES": "Correos"}, "Standard", "Courier"),
        (None, {"ES": "Correos"}, "Standard", "Correos"),
        (None, {"FR": "La Poste"}, "Standard", "Standard"),
        (None, {}, None, "The store's own"),
    ],
)
async def test_who_chooses_the_shipping_method(
    world: World, chosen: str | None, by_country: dict[str, str], default: str | None, expected: str
) -> None:
    world.store.rates = ["The store's own", "Express"]
    world.profile = type(world.profile)(
        "store-es", "shopify", "connected", 1, "EUR", "gift", False, default, by_country
    )
    order_id = await world.add(shipping_method=chosen)
    await world.until_settled(order_id)
    (draft,) = world.store.drafts.values()
    assert draft.shipping_method == expected
    assert len(world.live(order_id)) == 1
