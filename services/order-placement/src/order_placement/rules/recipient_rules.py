"""Can the gift reach this person?"""

import re
from collections.abc import Iterable

from giftstream.events import Address, Reason
from giftstream.reasons import reason

from order_placement.countries import IS_A_CITY, NEEDS_POSTCODE
from order_placement.phones import normal_phone
from order_placement.rules.case import Case

# Not RFC 5322: what stores and mail servers take. Quoted local parts are refused by all of them.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[^\s@<>,;:\"()\[\]\\./]+\.)+[^\s@.]{2,63}")


def has_an_email(case: Case) -> Iterable[Reason]:
    """No order without the creator's address for mails."""
    email = case.recipient.email if case.recipient else None
    if not email or not email.strip():
        yield reason("missing_email", path="recipient.email")
    elif not _EMAIL.fullmatch(email):
        detail = "The recipient's email address is not well-formed; correct it."
        yield reason("missing_email", detail, "recipient.email")


def has_an_address(case: Case) -> Iterable[Reason]:
    """Only what has to be sent needs to be sent somewhere."""
    if not case.needs_shipping:
        return
    address = case.recipient.address if case.recipient else None
    if address is None:
        yield reason("missing_address", path="recipient.address")
        return
    for field in _missing(address, case.country):
        detail = f"The recipient's address has no {field}; complete it."
        yield reason("missing_address", detail, f"recipient.address.{field}")
    if address.country and address.country.strip() and case.country is None:
        detail = "The address names no country that there is; use its two letters, as in ES."
        yield reason("invalid_address", detail, "recipient.address.country")


def _missing(address: Address, country: str | None) -> Iterable[str]:
    if not (address.line1 and address.line1.strip()):
        yield "line1"
    if not (address.city and address.city.strip()) and country not in IS_A_CITY:
        yield "city"
    if not (address.postcode and address.postcode.strip()) and country in NEEDS_POSTCODE:
        yield "postcode"
    if not (address.country and address.country.strip()):
        yield "country"


def has_a_phone_where_asked(case: Case) -> Iterable[Reason]:
    """Most stores take an order without; elsewhere it is a warning of the preview."""
    if case.store is not None and case.store["requires_phone"]:
        yield from phone_is_there(case)


def phone_is_there(case: Case) -> Iterable[Reason]:
    """A number that could be dialled."""
    phone = case.recipient.phone if case.recipient else None
    if not phone or not phone.strip():
        yield reason("missing_phone", path="recipient.phone")
    elif normal_phone(phone, case.country) is None:
        detail = "The recipient's phone number cannot be dialled as it stands; correct it."
        yield reason("missing_phone", detail, "recipient.phone")


RULES = (has_an_email, has_an_address, has_a_phone_where_asked)
