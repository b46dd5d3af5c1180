"""Money in cents inside, and the two ways Shopify prints it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from simulator.database import Document


def cents(amount: str | float | Decimal) -> int:
    """ "24.90" → 2490. Raises decimal.InvalidOperation on what is no number."""
    return int((Decimal(str(amount)) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def money(amount: int) -> str:
    """2490 → "24.90", the scalar Money and all of REST."""
    return f"{Decimal(amount) / 100:.2f}"


def decimal(amount: int) -> str:
    """2490 → "24.9", 0 → "0.0": Shopify's scalar Decimal drops trailing zeros but one."""
    text = money(amount)
    return text.removesuffix("0")


def amount(value: int, currency: str) -> Document:
    """A MoneyV2."""
    return {"__typename": "MoneyV2", "amount": decimal(value), "currencyCode": currency}


def bag(value: int, currency: str) -> Document:
    """A MoneyBag; the simulated shops sell in their own currency only."""
    one = amount(value, currency)
    return {"shopMoney": one, "presentmentMoney": one}


def rest_set(value: int, currency: str) -> Document:
    """A money set as REST bodies and webhooks print it."""
    one = {"amount": money(value), "currency_code": currency}
    return {"shop_money": one, "presentment_money": one}
