"""What a campaign has given away of its budget, asked of order-placement, which counts it."""

from collections.abc import Mapping
from typing import Any

from giftstream_cli.addresses import addresses
from giftstream_cli.api import Api
from giftstream_cli.campaigns.asking import UNLIMITED, campaign_path
from giftstream_cli.failures import NotHeld, ServerAway
from giftstream_cli.output import say

Campaign = Mapping[str, Any]
Spending = dict[str, Any]


def spending_of(campaign: Campaign, api_key: str | None) -> Spending | None:
    """What order-placement says of the campaign's budget; None, with a remark, where it cannot be
    asked, and silently where there is no limit to ask about."""
    if campaign.get("budget", UNLIMITED) == UNLIMITED:
        return None
    known = addresses()
    url = known.maybe_service("order-placement")
    if url is None:
        say("How much of it is spent: set GIFTSTREAM_URL_ORDER_PLACEMENT.")
        return None
    try:
        with Api(url, known.key(api_key)) as api:
            return api.get(campaign_path(str(campaign["campaign_id"]), "/budget"))
    except (NotHeld, ServerAway) as failed:
        say(f"How much of its budget is spent cannot be told: {failed.sentence}")
        return None


def with_spending(campaign: Campaign, spending: Spending | None) -> dict[str, Any]:
    """For people: the campaign, its budget in one line, and what is spent and left of it."""
    budget = campaign.get("budget", UNLIMITED)
    if budget == UNLIMITED:
        return {**campaign, "budget": "unlimited: what it gives away is not counted"}
    shown = {**campaign, "budget": _money(budget)}
    if spending is None:
        return shown
    if not spending["counted"]:
        return {**shown, "spent": "what it gave before it had a budget is being counted"}
    over = spending["spent"]["amount"] - budget["amount"]
    beyond = f", {over} of it beyond the budget" if over > 0 else ""
    otherwise = "".join(f", and {_money(one)}" for one in spending["spent_otherwise"])
    told = f"{_money(spending['spent'])}{beyond}{otherwise}; what waits counts too"
    return {**shown, "spent": told, "left": _money(spending["left"])}


def _money(money: Mapping[str, Any]) -> str:
    return f"{money['amount']} {money['currency']}"
