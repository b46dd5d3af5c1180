"""What a named person decided not to mind counts wherever the order is by then."""

from support.order_placement import OrderPlacement


async def test_what_a_person_passes_over_is_kept_by_an_approved_order(
    placement: OrderPlacement,
) -> None:
    world = await placement.world()
    await world.submit(world.body())
    order = await world.order()
    assert order["status"] == "approved"
    path = f"/orders/{order['order_id']}/place"
    # It was held, and a change of the catalog released it a moment before the person's answer.
    placed = await placement.post(path, override=["out_of_stock"], by="Zoë")
    assert placed.status_code == 200, placed.text
    assert placed.json()["approved"]["overrides"] == ["out_of_stock"]
    again = await placement.post(path, override=["out_of_stock"], by="Zoë")
    assert again.json()["sequence"] == placed.json()["sequence"]
