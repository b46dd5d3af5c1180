"""Further stores of a brand, and what merchants do to them."""

from typing import Any

from giftstream import mongo
from support.brands import AnotherStore, Brand
from support.waiting import until

ORDER_PLACEMENT = "giftstream_order_placement"


async def add_store(
    brand: Brand, *, shop: dict[str, Any] | None = None, **settings: Any
) -> AnotherStore:
    """Connect another shop, let the campaign use it last, import all of it."""
    stack = brand.stack
    asked = {"platform": "shopify", "name": "another", "products": 4, "variants": 2}
    made = await stack.simulator.post("/_stores", asked | (shop or {}))
    connection = {
        "brand_id": brand.brand_id,
        "platform": "shopify",
        "name": "Another",
        "base_url": made["base_url"],
        "credentials": made["credentials"],
    } | settings
    store_id = (await stack.stores.post("/stores", connection))["store_id"]
    other = AnotherStore(store_id, made)
    brand.others.append(other)
    path = f"/campaigns/{brand.campaign_id}"
    stores = [brand.store_id, *(one.store_id for one in brand.others)]

    async def used() -> bool:
        # campaign has to hear of the store first.
        return (await stack.campaign.call("PATCH", path, json={"stores": stores})).is_success

    await until(used, within_s=20.0, what="the campaign uses the store", every_s=0.1)
    wanted = {"store_id": store_id, "product_refs": "all"}
    await stack.campaign.post(f"{path}/catalog/imports", wanted)
    await until_known(brand)
    return other


async def until_known(brand: Brand) -> None:
    """Wait until order-placement knows of every variant in each of the brand's stores."""
    shops = {brand.store_id: brand.shop} | {one.store_id: one.shop for one in brand.others}
    variants = sum(len(p["variants"]) for shop in shops.values() for p in shop["products"])
    database = mongo.connect(brand.stack.servers.mongo, ORDER_PLACEMENT)
    query = {"store_id": {"$in": list(shops)}, "campaigns": brand.campaign_id}

    async def all_known() -> bool:
        return await database["catalog_items"].count_documents(query) == variants

    try:
        await until(all_known, within_s=30.0, what="every item known", every_s=0.1)
    finally:
        mongo.close(database)


async def merchant(brand: Brand, store: str, action: str, **body: Any) -> dict[str, Any]:
    """`uninstall`, `revoke`, `restore` or `rotate` in one simulated store."""
    done: dict[str, Any] = await brand.stack.simulator.post(f"/_merchant/{store}/{action}", body)
    return done


async def status_of(brand: Brand, store_id: str) -> tuple[str, list[str]]:
    """A store's status and reason details, as store-sync tells them."""
    shown = await brand.stack.stores.get(f"/stores/{store_id}")
    return shown["status"], [one["detail"] for one in shown["reasons"]]


async def mails_of_loss(brand: Brand) -> list[str]:
    """The texts of the mails that told the brand of a lost store."""
    [contact] = (await brand.stack.campaign.get(f"/brands/{brand.brand_id}"))["contacts"]
    mails = (await brand.stack.inbox.get("/messages", to=contact))["items"]
    return [one["text"] for one in mails if "does not let gift orders in" in one["subject"]]
