"""A store of the local stack's simulator, opened to be connected as a real one would be."""

from typing import Any

from giftstream_cli.addresses import Addresses
from giftstream_cli.api import Api
from giftstream_cli.failures import NotHeld, WrongUse
from giftstream_cli.stores.secrets import StoreSecrets

_NOBODY = "none"


def simulator_url(known: Addresses) -> str:
    """Where the simulator is. Raises WrongUse where there is none, as beside real stores."""
    found = known.maybe("GIFTSTREAM_URL_SIMULATOR", "simulator")
    if found is None:
        raise WrongUse(
            "--simulated needs the local stack: start it with `make run`, or name a simulator in "
            "GIFTSTREAM_URL_SIMULATOR. A real store is connected with --shop."
        )
    return found


def open_store(url: str, platform: str, name: str) -> dict[str, Any]:
    """A new store there, with its goods and secrets. Raises ServerAway, NotHeld."""
    with Api(url, _NOBODY) as api:
        return api.post("/_stores", {"platform": platform, "name": name})


def close_store(url: str, store: str) -> None:
    """Gone, as if it had never been opened."""
    with Api(url, _NOBODY) as api:
        api.delete(f"/_stores/{store}")


def secrets_of(shop: dict[str, Any]) -> StoreSecrets:
    """What opens it."""
    return StoreSecrets(**shop["credentials"])


def connected_before(stores: list[dict[str, Any]], url: str, name: str) -> dict[str, Any] | None:
    """The brand's store of this name, where it is one of the simulator's."""
    named = [one for one in stores if one["name"] == name and one["status"] != "disconnected"]
    if not named:
        return None
    if not str(named[0]["base_url"]).startswith(f"{url}/"):
        raise NotHeld(f"The brand has a store named {name} already, and it is no simulated one.")
    return named[0]
