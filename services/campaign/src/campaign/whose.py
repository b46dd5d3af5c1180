"""Whose documents a query may see: one brand's, or, only where it is said aloud, everybody's."""

from enum import Enum
from typing import Final, Literal

from giftstream.mongo import Document


class _Every(Enum):
    BRAND = "every brand"


EVERY_BRAND: Final = _Every.BRAND
"""For the administrator and for services. A forgotten brand is a type error, never this."""

Whose = str | Literal[_Every.BRAND]


def owned_by(whose: Whose) -> Document:
    """The part of a filter that keeps other brands' documents out of sight."""
    return {} if whose is EVERY_BRAND else {"brand_id": whose}
