"""Products that moved in their store are read again, so that the catalog follows it."""

from collections.abc import Mapping

import structlog
from giftstream.delivery import Transient
from giftstream.identity import item_identity
from giftstream.mongo import Document
from giftstream.store_tasks import StoreTasks
from giftstream_platforms.failures import AccessLost, StoreRefused

from campaign.campaigns.known_stores import KnownStores
from campaign.catalog.items import Items
from campaign.catalog.keep_items import KeepItems, Wanted, offered_in
from campaign.catalog.rereads import Rereads
from campaign.catalog.store_catalog import StoreCatalogs, Variant

log = structlog.get_logger()

# Shopify allows 2,048 variants a product; far more pages than that mean a cursor that circles.
MAX_PAGES = 100
PRODUCTS_A_TURN = 100
PAUSE_S = 30.0
NO_ACCESS_PAUSE_S = 300.0


class RereadProducts:
    """Brings the items of each product that is due to what the store says now; one task a store,
    for a merchant who changes thousands of products keeps us busy for long."""

    def __init__(
        self,
        rereads: Rereads,
        items: Items,
        known: KnownStores,
        stores: StoreCatalogs,
        keep_items: KeepItems,
        *,
        lease_s: float,
    ) -> None:
        self._rereads = rereads
        self._items = items
        self._known = known
        self._stores = stores
        self._keep_items = keep_items
        self._lease_s = lease_s
        self._tasks = StoreTasks("reread")

    async def __call__(self) -> None:
        """Start a task for each store that has something due and none yet."""
        self._tasks.begin(await self._rereads.stores_with_due(), self._store)

    async def stop(self) -> None:
        """Cancel what runs: leases end by themselves, the next reading begins anew."""
        await self._tasks.stop()

    async def _store(self, store_id: str) -> None:
        for _ in range(PRODUCTS_A_TURN):
            product = await self._rereads.claim(store_id, self._lease_s)
            if product is None:
                return
            try:
                await self._reread(product)
            except Transient as busy:
                await self._rereads.wait(product, busy.retry_after_s or PAUSE_S)
            except (AccessLost, StoreRefused) as lost:
                # The store's own state tells people; the product waits for the connection.
                log.info("reread.waits", store_id=store_id, error=type(lost).__name__)
                await self._rereads.wait(product, NO_ACCESS_PAUSE_S)
            else:
                await self._rereads.done(product)

    async def _reread(self, product: Document) -> None:
        known = await self._known.find(product["brand_id"], product["store_id"])
        if known is None:
            return
        variants = await self._read(product, known["platform"])
        stored = await self._items.of_product(product["store_id"], product["product_ref"])
        ids = {one["_id"] for one in stored}
        ids |= {item_identity(product["store_id"], one.variant_ref) for one in variants}
        siblings = sorted({campaign for one in stored for campaign in one["campaigns"]})

        def want(now_stored: Mapping[str, Document]) -> Wanted:
            return _followed(product, variants, now_stored, siblings)

        changed = await self._keep_items(sorted(ids), want)
        log.info("product.reread", store_id=product["store_id"], count=changed)

    async def _read(self, product: Document, platform: str) -> list[Variant]:
        """Every variant; none when the product is gone."""
        store = await self._stores.of(product["store_id"], platform)
        variants: list[Variant] = []
        after = None
        for _ in range(MAX_PAGES):
            page = await store.variants_of(product["product_ref"], after)
            if page is None:
                return []
            variants += page.variants
            if page.next is None:
                return variants
            after = page.next
        raise StoreRefused(["The product has more pages of variants than can be."])


def _followed(
    product: Document, variants: list[Variant], stored: Mapping[str, Document], siblings: list[str]
) -> dict[str, Document]:
    """A new variant is offered where its siblings are; one that was withdrawn stays so; one that
    the store has no more is marked deleted."""
    wanted = offered_in(
        variants,
        stored,
        brand_id=product["brand_id"],
        store_id=product["store_id"],
        campaigns=lambda before: before["campaigns"] if before else siblings,
    )
    gone = {item_id: {"status": "deleted"} for item_id in stored.keys() - wanted.keys()}
    return wanted | gone
