"""What the app itself changes about an order through the API."""

UPDATE = """mutation U($input: OrderInput!) { orderUpdate(input: $input) {
  order { email note tags shippingAddress { city countryCodeV2 } } userErrors { message } } }"""
TAG = """mutation T($id: ID!) { tagsAdd(id: $id, tags: ["later", "creator-gift"]) {
  node { id ... on Order { tags } } userErrors { message } } }"""
UNTAG = """mutation T($id: ID!) { tagsRemove(id: $id, tags: ["creator-gift"]) {
  node { ... on Order { tags } } userErrors { message } } }"""
PARTS = """query P($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { id status
  lineItems(first: 5) { nodes { id remainingQuantity lineItem { id } } } } } } }"""
SHIP = """mutation S($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id status totalQuantity trackingInfo { number }
    fulfillmentLineItems(first: 5) { nodes { quantity lineItem { sku } } } order { name } }
  userErrors { message } } }"""
HAPPEN = """mutation H($e: FulfillmentEventInput!) { fulfillmentEventCreate(fulfillmentEvent: $e) {
  fulfillmentEvent { status message } userErrors { message } } }"""
NODES = """query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id
  ... on Order { name } ... on DraftOrder { status } ... on Product { title } } }"""


async def test_an_order_is_updated_and_tagged(shop, mark):
    gid = f"gid://shopify/Order/{await shop.ordered(mark)}"
    given = {
        "id": gid,
        "email": "eva@example.com",
        "note": "new",
        "shippingAddress": {"city": "Sevilla", "countryCode": "ES"},
    }
    updated = (await shop.run(UPDATE, input=given))["orderUpdate"]["order"]
    assert (updated["email"], updated["note"]) == ("eva@example.com", "new")
    assert updated["shippingAddress"] == {"city": "Sevilla", "countryCodeV2": "ES"}
    tagged = (await shop.run(TAG, id=gid))["tagsAdd"]["node"]["tags"]
    assert tagged == ["creator-gift", f"gift-{mark.hex}", "later"]
    untagged = (await shop.run(UNTAG, id=gid))["tagsRemove"]["node"]["tags"]
    assert untagged == [f"gift-{mark.hex}", "later"]
    missing = (await shop.run(UPDATE, input={"id": "gid://shopify/Order/1"}))["orderUpdate"]
    assert missing["userErrors"]


async def test_the_app_ships_a_part_and_reports_its_delivery(shop, mark):
    order = await shop.ordered(mark, 2)
    gid = f"gid://shopify/Order/{order}"
    (group,) = (await shop.run(PARTS, id=gid))["order"]["fulfillmentOrders"]["nodes"]
    assert group["status"] == "OPEN"
    (line,) = group["lineItems"]["nodes"]
    wanted = {
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": group["id"],
                "fulfillmentOrderLineItems": [{"id": line["id"], "quantity": 1}],
            }
        ],
        "trackingInfo": {"company": "UPS", "number": "1Z"},
    }
    shipped = (await shop.run(SHIP, f=wanted))["fulfillmentCreate"]["fulfillment"]
    assert shipped["totalQuantity"] == 1
    assert shipped["trackingInfo"] == [{"number": "1Z"}]
    assert (await shop.state(order))["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
    wanted["lineItemsByFulfillmentOrder"][0]["fulfillmentOrderLineItems"][0]["quantity"] = 5
    assert (await shop.run(SHIP, f=wanted))["fulfillmentCreate"]["userErrors"]
    event = {"fulfillmentId": shipped["id"], "status": "DELIVERED"}
    told = (await shop.run(HAPPEN, e=event))["fulfillmentEventCreate"]["fulfillmentEvent"]
    assert told["status"] == "DELIVERED"
    assert (await shop.state(order))["fulfillments"][0]["deliveredAt"]
    assert len(await shop.ledger("delivered")) == 1


async def test_nodes_are_found_by_id_whatever_they_are(shop, mark):
    order = await shop.ordered(mark)
    draft = (await shop.ledger("prepared"))[0]["object"]
    product = shop.made["products"][0]["product_ref"]
    ids = [
        f"gid://shopify/Order/{order}",
        f"gid://shopify/DraftOrder/{draft}",
        f"gid://shopify/Product/{product}",
        "gid://shopify/Order/1",
    ]
    found = (await shop.run(NODES, ids=ids))["nodes"]
    assert [node and node["__typename"] for node in found] == [
        "Order",
        "DraftOrder",
        "Product",
        None,
    ]
