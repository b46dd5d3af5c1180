"""GET /internal/stores/{id}/access: what opens a store, for our other services alone."""

from dataclasses import dataclass

from giftstream.events import Reason
from giftstream.http.problems import Problem
from giftstream.reasons import reason
from pydantic import SecretStr

from store_sync.connections import Connections
from store_sync.secrets_of import Secrets


@dataclass(frozen=True, slots=True)
class GivenAccess:
    """Where the store's API is, and its token."""

    platform: str
    base_url: str
    api_version: str
    access_token: SecretStr


class GiveAccess:
    """Access to connected stores only: nobody places orders where we are not let in."""

    def __init__(self, connections: Connections, secrets: Secrets) -> None:
        self._connections = connections
        self._secrets = secrets

    async def __call__(self, store_id: str, *, refused: bool = False) -> GivenAccess:
        """Raises Problem 404 for an unknown store, 409 with the reasons for one that is not
        connected: store_disconnected or permission_denied, each missing permission named.

        `refused`: the store has just turned the caller away, so we look at it ourselves soon."""
        connection = await self._connections.get(store_id)
        if connection is None:
            raise Problem(404, "not_found", "No store is connected under this id.")
        if refused and connection["status"] == "connected":
            await self._connections.check_again(store_id)
        token = self._secrets.open(connection, "access_token")
        if connection["status"] != "connected" or token is None:
            known = [Reason.model_validate(one) for one in connection["reasons"]]
            reasons = known or [reason("store_disconnected")]
            raise Problem(409, reasons[0].code, reasons[0].detail, reasons)
        return GivenAccess(
            connection["platform"], connection["base_url"], connection["api_version"], token
        )
