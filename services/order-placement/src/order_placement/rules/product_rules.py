"""Are the order's products still this campaign's to give, and does its store send there?"""

from collections.abc import Iterable

from giftstream.events import Reason
from giftstream.reasons import reason

from order_placement.rules.case import Case

ACTIVE = "active"
DELETED = "deleted"


def products_are_in_the_catalog(case: Case) -> Iterable[Reason]:
    """Each resolved line's item is known, offered by this campaign, and can be ordered."""
    campaign_id = case.campaign["_id"] if case.campaign else None
    for number, line in enumerate(case.lines):
        if line["product_ref"] is None:
            continue  # not resolved: routing has its reason
        item = case.lookup("catalog_items", line["item_id"])
        path = f"lines[{number}]"
        if item is None or (campaign_id and campaign_id not in item["campaigns"]):
            yield reason("product_not_imported", path=path)
        elif item["status"] == DELETED:
            yield reason("product_deleted", path=path)
        elif item["status"] != ACTIVE:
            yield reason("variant_unavailable", path=path)


def store_sends_there(case: Case) -> Iterable[Reason]:
    """No countries named means everywhere; an unknown country is the address rules' matter."""
    countries = case.store["countries"] if case.store else ()
    if countries and case.needs_shipping and case.country and case.country not in countries:
        yield reason("no_store_for_country")


RULES = (products_are_in_the_catalog, store_sends_there)
