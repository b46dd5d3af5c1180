"""A page of orders, as a caller may see them."""

from giftstream.brands import KnownBrands
from giftstream.http.paging import Page, Paging, encode

from order_placement.api.views import OrderView, order_view
from order_placement.blocked import Blocked
from order_placement.intake.documents import order_ids
from order_placement.orders import Orders, Wanted
from order_placement.selections import Selections


class Listing:
    """Orders by the filters of `GET /orders`, the newest first."""

    def __init__(
        self, orders: Orders, selections: Selections, brands: KnownBrands, blocked: Blocked
    ) -> None:
        self._orders = orders
        self._brands = brands
        self._selections = selections
        self._blocked = blocked

    async def page(
        self, wanted: Wanted, selection_id: str | None, paging: Paging
    ) -> Page[OrderView]:
        """One page. Without a brand a selection's id may be several brands'."""
        ids = await self._ids(selection_id, wanted.brand_id)
        found = await self._orders.page(wanted, ids, paging.limit + 1)
        shown = found[: paging.limit]
        stores = {one["store_id"] for one in shown if one["store_id"]}
        reasons = await self._blocked.by_store(stores)
        items = [order_view(one, self._blocked.applies(one, reasons)) for one in shown]
        more = len(found) > paging.limit
        last = encode(shown[-1]["created_at"], shown[-1]["_id"]) if more else None
        return Page[OrderView].model_construct(items=items, next=last)

    async def _ids(self, selection_id: str | None, brand_id: str | None) -> list[str] | None:
        if selection_id is None:
            return None
        # A selection is found by the id that derives from brand and name: no index is needed,
        # which intake would pay for at every selection.
        brands = [brand_id] if brand_id is not None else await self._brands.ids()
        found = await self._selections.called(selection_id, brands)
        return [order_id for selection in found for order_id in order_ids(selection)]
