"""What an import makes of what a store sells."""

from typing import Any

from campaign.catalog.import_page import ImportPage
from campaign.catalog.keep_items import Want, offered_in
from campaign.catalog.store_catalog import Page, StoreCatalog, Variant
from giftstream.events import Money, Reason
from giftstream.identity import item_identity
from giftstream.mongo import Document

DRAFT = Reason(code="variant_unavailable", detail="a draft")


def variant(product: str, ref: str, obstacle: Reason | None = None) -> Variant:
    return Variant(
        product_ref=product,
        variant_ref=ref,
        sku=f"SKU-{ref}",
        title="Tee",
        variant_title="M",
        image_url=None,
        retail_price=Money(amount=2490, currency="EUR"),
        unit_cost=None,
        requires_shipping=True,
        obstacle=obstacle,
    )


class Shelf:
    """A store with products in pages of two variants."""

    def __init__(self, products: dict[str, list[Variant]]) -> None:
        self.products = products

    async def of(self, _store_id: str, _platform: str, /) -> StoreCatalog:
        return self

    async def variants(self, after: str | None, /) -> Page:
        return self._page([one for some in self.products.values() for one in some], after)

    async def variants_of(self, product_ref: str, after: str | None, /) -> Page | None:
        found = self.products.get(product_ref)
        return None if found is None else self._page(found, after)

    async def count(self) -> int | None:
        return sum(len(some) for some in self.products.values())

    def _page(self, variants: list[Variant], after: str | None) -> Page:
        start = int(after or 0)
        end = start + 2
        return Page(tuple(variants[start:end]), str(end) if end < len(variants) else None)


class Kept:
    """Catalog items in memory."""

    def __init__(self) -> None:
        self.items: dict[str, Document] = {}

    async def __call__(self, item_ids: Any, want: Want) -> int:
        stored = {one: self.items[one] for one in item_ids if one in self.items}
        wanted = want(stored)
        for item_id, fields in wanted.items():
            self.items[item_id] = {**self.items.get(item_id, {}), **fields}
        return len(wanted)


def job(refs: list[str] | None) -> Document:
    return {
        "brand_id": "acme",
        "store_id": "s",
        "platform": "shopify",
        "campaign_id": "spring",
        "product_refs": refs,
        "position": 0,
        "after": None,
        "total": None,
        "done": 0,
        "imported": 0,
        "rejected_count": 0,
    }


async def run(shelf: Shelf, kept: Kept, refs: list[str] | None) -> tuple[Document, list[Document]]:
    """The job at its end, and what it rejected; every page done twice, as after a crash."""
    page: Any = ImportPage(shelf, kept)  # type: ignore[arg-type]  # items in memory
    state, rejected = job(refs), []
    for _ in range(100):
        await page(state)
        imported = await page(state)
        state |= imported.fields
        rejected += imported.rejected
        if imported.last:
            return state, rejected
    raise AssertionError("the import does not end")


async def test_everything_is_read_to_the_last_page() -> None:
    shelf = Shelf({"p": [variant("p", str(n)) for n in range(5)], "q": [variant("q", "9")]})
    kept = Kept()
    state, rejected = await run(shelf, kept, None)
    assert (state["done"], state["imported"], state["total"]) == (6, 6, 6)
    assert rejected == []
    assert {one["variant_ref"] for one in kept.items.values()} == {"0", "1", "2", "3", "4", "9"}
    assert all(one["campaigns"] == ["spring"] for one in kept.items.values())


async def test_named_products_are_read_whole_and_missing_ones_named() -> None:
    shelf = Shelf({"p": [variant("p", str(n)) for n in range(3)], "q": [variant("q", "9")]})
    kept = Kept()
    state, rejected = await run(shelf, kept, ["nothing", "p", "gone"])
    assert (state["done"], state["imported"], state["rejected_count"]) == (3, 3, 2)
    assert [one["product_ref"] for one in rejected] == ["nothing", "gone"]


async def test_a_product_that_cannot_be_a_gift_is_rejected_and_one_that_was_is_kept_back() -> None:
    kept = Kept()
    await run(Shelf({"p": [variant("p", "1")]}), kept, None)
    later = Shelf({"p": [variant("p", "1", DRAFT), variant("p", "2", DRAFT)]})
    state, rejected = await run(later, kept, None)
    assert (state["imported"], state["rejected_count"]) == (0, 2)
    assert [one["variant_ref"] for one in rejected] == ["1", "2"]
    (only,) = kept.items.values()
    assert (only["variant_ref"], only["status"], only["campaigns"]) == (
        "1",
        "unavailable",
        ["spring"],
    )


def test_an_item_that_others_offer_is_offered_by_both() -> None:
    item_id = item_identity("s", "1")
    stored = {item_id: {"campaigns": ["summer"]}}
    wanted = offered_in(
        [variant("p", "1")],
        stored,
        brand_id="acme",
        store_id="s",
        campaigns=lambda before: [*(before or {"campaigns": []})["campaigns"], "spring"],
    )
    assert wanted[item_id]["campaigns"] == ["summer", "spring"]
