"""May this campaign give gifts now, and to this country?"""

from collections.abc import Iterable

from giftstream.events import Reason
from giftstream.reasons import reason

from order_placement.rules.case import Case

OPEN = "published"
NOT_GIFTING = "paid_only"


def campaign_gives_gifts(case: Case) -> Iterable[Reason]:
    """A campaign that only pays has nothing to send."""
    if case.campaign is not None and case.campaign["type"] == NOT_GIFTING:
        yield reason("campaign_not_gifting")


def campaign_is_open(case: Case) -> Iterable[Reason]:
    """Neither a draft, nor closed, nor deleted."""
    if case.campaign is None:
        yield reason("campaign_closed", "The campaign was deleted; reject the order.")
    elif case.campaign["status"] == "draft":
        yield reason("campaign_closed", "The campaign is not published yet; publish it.")
    elif case.campaign["status"] != OPEN:
        yield reason("campaign_closed")


def campaign_sends_there(case: Case) -> Iterable[Reason]:
    """No countries named means everywhere."""
    countries = case.campaign["countries"] if case.campaign else ()
    if countries and case.needs_shipping and case.country and case.country not in countries:
        detail = f"The campaign does not send to {case.country}; add the country or reject."
        yield reason("no_store_for_country", detail)


RULES = (campaign_gives_gifts, campaign_is_open, campaign_sends_there)
