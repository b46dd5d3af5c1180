"""Money between the stores' decimal text and our minor units."""

from decimal import Decimal, InvalidOperation

from babel.numbers import get_currency_precision
from giftstream.events import Money


def money(amount: str, currency: str) -> Money:
    """From decimal text: "24.90", "EUR" is 2490. Raises ValueError when it is no amount."""
    try:
        minor = Decimal(amount).scaleb(get_currency_precision(currency))
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is no amount") from error
    return Money(amount=int(minor.to_integral_value()), currency=currency)


def decimal_text(value: Money) -> str:
    """To decimal text, with the currency's digits: 2490 EUR is "24.90"."""
    digits = get_currency_precision(value.currency)
    return f"{Decimal(value.amount).scaleb(-digits):.{digits}f}"
