"""A draft becomes one order, once."""

import uuid

CREATE = """mutation C($input: DraftOrderInput!) { draftOrderCreate(input: $input) {
  draftOrder { id ready totalPriceSet { shopMoney { amount } } } userErrors { field message } } }"""
UPDATE = """mutation U($id: ID!, $input: DraftOrderInput!) {
  draftOrderUpdate(id: $id, input: $input) {
    draftOrder { id ready totalPriceSet { shopMoney { amount } } } userErrors { message } } }"""
COMPLETE = """mutation D($id: ID!) { draftOrderComplete(id: $id) {
  draftOrder { status order { id name tags note email } } userErrors { field message } } }"""
DELETE = """mutation X($id: ID!) { draftOrderDelete(input: {id: $id}) {
  deletedId userErrors { message } } }"""
READ = "query R($id: ID!) { draftOrder(id: $id) { status ready completedAt order { id name } } }"


async def test_a_gift_costs_nothing_and_becomes_an_order_with_everything_it_carries(shop, mark):
    draft = await shop.drafted(mark)
    done = (await shop.run(COMPLETE, id=draft))["draftOrderComplete"]
    order = done["draftOrder"]["order"]
    assert done["userErrors"] == []
    assert done["draftOrder"]["status"] == "COMPLETED"
    assert order["name"] == "#1001"
    assert order["tags"] == ["creator-gift", f"gift-{mark.hex}"]
    assert (order["note"], order["email"]) == ("with love", "ana@example.com")
    state = await shop.state(order["id"].rsplit("/", 1)[1])
    assert state["totalPriceSet"]["shopMoney"]["amount"] == "0.0"
    assert state["displayFulfillmentStatus"] == "UNFULFILLED"
    assert state["lineItems"]["nodes"][0]["variant"]["inventoryQuantity"] == 999


async def test_a_draft_completed_twice_is_one_order_and_a_user_error(shop, mark):
    draft = await shop.drafted(mark)
    await shop.run(COMPLETE, id=draft)
    again = (await shop.run(COMPLETE, id=draft))["draftOrderComplete"]
    assert again["userErrors"] == [{"field": None, "message": "This order has been paid"}]
    assert len(await shop.ledger("committed")) == 1
    assert (await shop.run(READ, id=draft))["draftOrder"]["order"]["name"] == "#1001"


async def test_a_draft_is_not_completed_before_it_is_calculated(shop, mark):
    created = (await shop.run(CREATE, input=shop.gift(mark)))["draftOrderCreate"]["draftOrder"]
    early = (await shop.run(COMPLETE, id=created["id"]))["draftOrderComplete"]
    assert created["ready"] is False
    assert "not finished calculating" in early["userErrors"][0]["message"]
    assert await shop.ledger("committed") == []


async def test_the_discount_does_not_cover_shipping_and_shopify_takes_the_money(shop, mark):
    paid = {"title": "Express", "priceWithCurrency": {"amount": "4.90", "currencyCode": "EUR"}}
    order = await shop.ordered(mark, shippingLine=paid)
    state = await shop.state(order)
    assert state["totalPriceSet"]["shopMoney"]["amount"] == "4.9"
    assert state["displayFinancialStatus"] == "PAID"


async def test_what_is_wrong_with_a_draft_is_said_per_field(shop, mark):
    bad = shop.gift(
        mark,
        lineItems=[
            {"variantId": "gid://shopify/ProductVariant/1", "quantity": 1},
            {"variantId": f"gid://shopify/ProductVariant/{shop.variant}", "quantity": 0},
        ],
        email="nobody",
    )
    made = (await shop.run(CREATE, input=bad))["draftOrderCreate"]
    assert made["draftOrder"] is None
    assert [error["field"] for error in made["userErrors"]] == [
        ["lineItems", "0", "variantId"],
        ["lineItems", "1", "quantity"],
        ["email"],
    ]
    nothing = (await shop.run(CREATE, input={"tags": []}))["draftOrderCreate"]
    assert nothing["userErrors"][0]["message"] == "Add at least 1 product"
    assert await shop.ledger("prepared") == []


async def test_a_deleted_draft_is_null_and_can_be_neither_completed_nor_deleted(shop, mark):
    draft = await shop.drafted(mark)
    assert (await shop.run(DELETE, id=draft))["draftOrderDelete"]["deletedId"] == draft
    assert (await shop.run(READ, id=draft))["draftOrder"] is None
    for mutation, name in ((COMPLETE, "draftOrderComplete"), (DELETE, "draftOrderDelete")):
        refused = (await shop.run(mutation, id=draft))[name]
        assert refused["userErrors"][0]["message"] == "Draft order does not exist"
    assert [entry["mark"] for entry in await shop.ledger("discarded")] == [str(mark)]


async def test_a_completed_draft_is_not_deleted(shop, mark):
    draft = await shop.drafted(mark)
    await shop.run(COMPLETE, id=draft)
    refused = (await shop.run(DELETE, id=draft))["draftOrderDelete"]
    assert refused["deletedId"] is None
    assert refused["userErrors"]


async def test_an_update_keeps_what_is_not_given_and_calculates_again(shop, mark):
    draft = await shop.drafted(mark)
    paid = {"title": "Express", "priceWithCurrency": {"amount": "3", "currencyCode": "EUR"}}
    updated = (await shop.run(UPDATE, id=draft, input={"shippingLine": paid}))["draftOrderUpdate"]
    assert updated["draftOrder"]["ready"] is False
    assert updated["draftOrder"]["totalPriceSet"]["shopMoney"]["amount"] == "3.0"


async def test_stock_goes_below_zero_through_a_draft_even_under_deny(open_shop, mark):
    shop = await open_shop(stock=1)
    order = await shop.ordered(mark, 3)
    line = (await shop.state(order))["lineItems"]["nodes"][0]
    assert line["variant"]["inventoryQuantity"] == -2


async def test_a_product_deleted_in_between_is_refused_at_completion(shop, mark):
    draft = await shop.drafted(mark)
    await shop.http.patch(f"/_merchant/{shop.id}/variants/{shop.variant}", json={"deleted": True})
    refused = (await shop.run(COMPLETE, id=draft))["draftOrderComplete"]
    assert "no longer available" in refused["userErrors"][0]["message"]
    assert await shop.ledger("committed") == []


async def test_ids_are_long_and_stores_do_not_share_them(open_shop, mark):
    one, other = await open_shop(), await open_shop()
    first, second = await one.ordered(mark), await other.ordered(uuid.uuid4())
    assert first != second
    assert {len(first), len(second)} == {14}
