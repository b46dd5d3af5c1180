"""The budgets as people see them."""

from giftstream.mongo import Collection, Database, Document

from order_placement.intake.allowances import UNLIMITED
from order_placement.intake.budgets import BUDGETS, has_budget


class CampaignBudgets:
    """Reads `campaigns` and `budgets`."""

    def __init__(self, database: Database) -> None:
        self._campaigns: Collection = database["campaigns"]
        self._budgets: Collection = database[BUDGETS]

    async def of(self, campaign_id: str) -> Document | None:
        """The campaign's budget and what is taken of it, None where no such campaign is known."""
        campaign = await self._campaigns.find_one({"_id": {"$eq": campaign_id}})
        if campaign is None:
            return None
        budget = await self._budgets.find_one({"_id": {"$eq": campaign_id}})
        return spending(campaign, budget)


def spending(campaign: Document, budget: Document | None) -> Document:
    """Amounts in minor units; null where there is no limit, or earlier orders are yet to be
    counted: a part of the sum would look like room that is not there."""
    known: Document = {"campaign_id": campaign["_id"], "brand_id": campaign["brand_id"]}
    if not has_budget(campaign):
        return {**known, "budget": UNLIMITED, "counted": False}
    limit = campaign["budget"]
    known |= {"budget": limit, "counted": bool(budget and budget.get("counted"))}
    if budget is None or not known["counted"]:
        return known
    amount, currency = limit["amount"], limit["currency"]
    spent = budget["spent"].get(currency, 0)
    others = {name: value for name, value in budget["spent"].items() if name != currency}
    return {
        **known,
        "spent": _money(spent, currency),
        "left": _money(max(amount - spent, 0), currency),
        "spent_otherwise": [_money(value, name) for name, value in sorted(others.items()) if value],
    }


def _money(amount: int, currency: str) -> Document:
    return {"amount": amount, "currency": currency}
