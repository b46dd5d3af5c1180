"""The services that a command drives, each with its API under `/admin`."""

from collections.abc import Iterator

from giftstream_cli.addresses import Addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import WrongUse

SERVICES = ("campaign", "order-placement", "store-sync", "notification")


def each_service(
    known: Addresses, api_key: str | None, only: str | None
) -> Iterator[tuple[str, Api]]:
    """All four, or the one asked for. Raises WrongUse for a name that is none, or an address or
    key that nothing says."""
    if only is not None and only not in SERVICES:
        raise WrongUse(f"There is no service {only}: there are {', '.join(SERVICES)}.")
    key = known.key(api_key)
    found = [(name, known.service(name, None)) for name in SERVICES if only in (None, name)]
    for name, url in found:
        with Api(url, key) as api:
            yield name, api
