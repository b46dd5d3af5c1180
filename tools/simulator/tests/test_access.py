"""Tokens, scopes, versions and the cost bucket."""

SHOP = "{ shop { name myshopifyDomain } }"
SCOPES = "{ currentAppInstallation { accessScopes { handle } } }"
DRAFTS = "{ draftOrders(first: 1) { nodes { id } } shop { name } }"
VARIANTS = "{ productVariants(first: 250) { nodes { id product { id } inventoryItem { id } } } }"


async def test_a_wrong_token_is_401_in_shopifys_words(shop):
    response = await shop.post(SHOP, token="shpat_wrong")
    assert response.status_code == 401
    assert response.json()["errors"].startswith("[API] Invalid API key or access token")


async def test_only_the_known_versions_exist(shop):
    for version, status in (("2025-10", 200), ("2026-07", 200), ("2026-10", 200), ("2024-01", 404)):
        assert (await shop.post(SHOP, version=version)).status_code == status


async def test_an_unknown_store_is_404_and_says_so(simulator):
    response = await simulator.post("/shopify/none/admin/api/2026-07/graphql.json", json={})
    assert response.status_code == 404
    assert "no store" in response.json()["detail"]


async def test_a_revoked_scope_denies_its_fields_and_no_others(shop):
    scopes = ["read_draft_orders", "write_draft_orders"]
    await shop.merchant("revoke", scopes=scopes)
    body = (await shop.post(DRAFTS)).json()
    error = body["errors"][0]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert "read_draft_orders" in error["extensions"]["requiredAccess"]
    assert error["path"] == ["draftOrders"]
    granted = (await shop.run(SCOPES))["currentAppInstallation"]["accessScopes"]
    assert not {scope["handle"] for scope in granted} & set(scopes)
    await shop.merchant("restore")
    await shop.run(DRAFTS)


async def test_an_uninstalled_app_has_no_token_until_it_is_restored(shop):
    await shop.merchant("uninstall")
    assert (await shop.post(SHOP)).status_code == 401
    await shop.merchant("restore")
    assert (await shop.post(SHOP)).status_code == 200


async def test_the_bucket_empties_and_throttles_with_the_wait_in_it(open_shop):
    shop = await open_shop(rate=10)
    last = None
    for _ in range(40):
        last = (await shop.post(VARIANTS)).json()
        if "errors" in last:
            break
    assert last is not None
    assert last["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = last["extensions"]["cost"]
    assert cost["throttleStatus"]["maximumAvailable"] == 200.0
    assert cost["requestedQueryCost"] > cost["throttleStatus"]["currentlyAvailable"]


async def test_a_field_that_shopify_does_not_have_is_an_error_with_http_200(shop):
    response = await shop.post("{ shop { nonsense } }")
    assert response.status_code == 200
    assert "nonsense" in response.json()["errors"][0]["message"]


async def test_a_body_without_a_query_is_400(shop):
    url = f"{shop.made['base_url']}/admin/api/2026-07/graphql.json"
    headers = {"X-Shopify-Access-Token": shop.made["credentials"]["access_token"]}
    assert (await shop.http.post(url, headers=headers, content=b"{")).status_code == 400


async def test_pages_follow_their_cursors_to_the_end(open_shop):
    shop = await open_shop(products=5, variants=3)
    query = """query P($after: String) { productVariants(first: 4, after: $after, sortKey: SKU) {
      pageInfo { hasNextPage endCursor } nodes { sku inventoryItem { requiresShipping
        unitCost { amount currencyCode } } } } }"""
    seen, after, more = [], None, True
    while more:
        page = (await shop.run(query, after=after))["productVariants"]
        seen += page["nodes"]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    assert [node["sku"] for node in seen] == sorted(node["sku"] for node in seen)
    assert len({node["sku"] for node in seen}) == 15
    digital = [node for node in seen if not node["inventoryItem"]["requiresShipping"]]
    assert len(digital) == 3
