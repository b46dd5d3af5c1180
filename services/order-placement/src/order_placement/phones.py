"""Phone numbers in the one form that stores and carriers take."""

from functools import lru_cache

import phonenumbers


@lru_cache(4096)
def normal_phone(phone: str | None, country: str | None) -> str | None:
    """E.164 of a number as written in `country` (ISO2); None when it cannot be a number there."""
    if not phone:
        return None
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
