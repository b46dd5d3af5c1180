"""What a caller may see here, and which brand a request is about."""

from giftstream.http.access import Caller
from giftstream.http.problems import Problem

from campaign.whose import EVERY_BRAND, Whose


def whose(caller: Caller) -> Whose:
    """Every brand for the administrator, its own for a brand's key, nothing for anybody else."""
    if caller.kind == "admin":
        return EVERY_BRAND
    if caller.brand_id is None:
        raise Problem(403, "no_brand", "This key belongs to no brand.")
    return caller.brand_id


def brand_named(caller: Caller, brand_id: str | None) -> str:
    """The brand that a request is about: named by the administrator, else the key's own."""
    if brand_id is not None:
        caller.sees(brand_id)
        return brand_id
    if caller.brand_id is None:
        raise Problem(422, "brand_required", "With the admin key, say which brand: brand_id.")
    return caller.brand_id
