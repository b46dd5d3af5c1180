"""Countries as people and platforms write them."""

from functools import cache, lru_cache

import pycountry

# Places where most addresses have no postal code are not listed: demanding one there would hold
# good orders. In these a parcel label without one is refused or returned by the carriers.
NEEDS_POSTCODE = frozenset(
    """AT AU BE BG BR CA CH CY CZ DE DK EE ES FI FR GB GR HR HU IT JP KR LT LU LV MX NL NO NZ PL PT
    RO SE SI SK TR US""".split()  # noqa: SIM905  # a list of forty strings would be unreadable
)
# City states: the country is the city, and forms there do not ask for one.
IS_A_CITY = frozenset({"GI", "HK", "MC", "MO", "SG", "VA"})


@cache
def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for country in pycountry.countries:
        for name in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            if text := getattr(country, name, None):
                known[text.casefold()] = country.alpha_2
    return known


@lru_cache(1024)
def iso2(text: str | None) -> str | None:
    """The ISO 3166 code of `es`, `ESP` or `Spain`; None for what is no country."""
    return _known().get(text.strip().casefold()) if text else None
