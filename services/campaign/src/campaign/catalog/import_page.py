"""One page of an import, from the store into the catalog."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from giftstream.events import Reason
from giftstream.identity import item_identity
from giftstream.mongo import Document

from campaign.catalog.keep_items import KeepItems, Wanted, offered_in
from campaign.catalog.store_catalog import Page, StoreCatalog, StoreCatalogs, Variant


@dataclass(frozen=True)
class Imported:
    """What the job is to remember: its changed fields and whom it turned away."""

    fields: dict[str, Any]
    rejected: list[Document]
    last: bool


class ImportPage:
    """Reads the next page of a job and offers what it can in the job's campaign.

    Doing a page twice is harmless: the second time nothing differs.
    """

    def __init__(self, stores: StoreCatalogs, keep_items: KeepItems) -> None:
        self._stores = stores
        self._keep_items = keep_items

    async def __call__(self, job: Document) -> Imported:
        """Raises AccessLost, StoreRefused or Transient as the store's connector does."""
        store = await self._stores.of(job["store_id"], job["platform"])
        page = await self._read(store, job)
        if page is None:
            return _next(job, Page((), None), [_rejected_product(_current_ref(job))])
        await self._keep(job, page.variants)
        rejected = [_rejected(v, v.obstacle) for v in page.variants if v.obstacle is not None]
        imported = _next(job, page, rejected)
        if job["product_refs"] is None and job["after"] is None:
            imported.fields["total"] = await store.count()
        return imported

    async def _read(self, store: StoreCatalog, job: Document) -> Page | None:
        if job["product_refs"] is None:
            return await store.variants(job["after"])
        return await store.variants_of(_current_ref(job), job["after"])

    async def _keep(self, job: Document, variants: Sequence[Variant]) -> None:
        def with_campaign(before: Document | None) -> list[str]:
            offering: list[str] = before["campaigns"] if before else []
            return [*offering, *({job["campaign_id"]} - set(offering))]

        def want(stored: Mapping[str, Document]) -> Wanted:
            return offered_in(
                variants,
                stored,
                brand_id=job["brand_id"],
                store_id=job["store_id"],
                campaigns=with_campaign,
            )

        await self._keep_items(
            [item_identity(job["store_id"], v.variant_ref) for v in variants], want
        )


def _current_ref(job: Document) -> str:
    ref: str = job["product_refs"][job["position"]]
    return ref


def _next(job: Document, page: Page, rejected: list[Document]) -> Imported:
    """Where the job stands after this page."""
    refs = job["product_refs"]
    position = job["position"] + (page.next is None)
    fields = {
        "position": position,
        "after": page.next,
        "done": job["done"] + len(page.variants),
        "imported": job["imported"] + sum(v.obstacle is None for v in page.variants),
        "rejected_count": job["rejected_count"] + len(rejected),
        "attempts": 0,
        "failing_since": None,
    }
    last = page.next is None and (refs is None or position >= len(refs))
    return Imported(fields, rejected, last)


def _rejected(variant: Variant, why: Reason) -> Document:
    return {
        "product_ref": variant.product_ref,
        "variant_ref": variant.variant_ref,
        "reason": {"code": why.code, "detail": why.detail},
    }


def _rejected_product(product_ref: str) -> Document:
    detail = "The store has no product of this id; it was deleted, or the id is wrong."
    return {
        "product_ref": product_ref,
        "variant_ref": None,
        "reason": {"code": "product_deleted", "detail": detail},
    }
