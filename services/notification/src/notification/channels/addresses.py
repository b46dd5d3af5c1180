"""Email addresses from outside: exactly one, or none at all."""

from email.errors import HeaderParseError
from email.headerregistry import Address

MAX_LENGTH = 254


def parse_address(text: str | None) -> Address | None:
    """The one plain address that this is; None for lists, names around it, control characters.

    Nothing else may reach a header or an SMTP command: `"x" <a@b>,c@d` would be two people.
    """
    stripped = (text or "").strip()
    if not stripped or len(stripped) > MAX_LENGTH or not stripped.isprintable():
        return None
    if any(character.isspace() for character in stripped):
        return None
    try:
        parsed = Address(addr_spec=stripped)
        domain = parsed.domain.encode("idna").decode("ascii")
    except (ValueError, HeaderParseError, IndexError):
        return None
    if not parsed.username or not domain:
        return None
    return Address(username=parsed.username, domain=domain)
