"""POST /stores: look at the store, keep its connection, ask it for webhooks."""

from dataclasses import dataclass, field
from datetime import timedelta

from giftstream.clock import now
from giftstream.events import ShippingMethods
from giftstream.http.problems import Problem
from giftstream.mongo import Document, DuplicateKeyError
from giftstream_platforms.shopify import API_VERSION
from pydantic import SecretStr

from store_sync.addresses import HostNotAllowed, shopify_address
from store_sync.brands import Brands
from store_sync.connections import Connections
from store_sync.look import Look, look_at
from store_sync.secrets_of import Secrets, hook_hash, new_hook_token
from store_sync.store import Stores

LABEL = "creator_compensation"
FIRST_CHECK = timedelta(seconds=15)


@dataclass(frozen=True)
class NewStore:
    """What somebody asks to be connected."""

    brand_id: str
    platform: str
    name: str
    shop: str | None
    base_url: str | None
    access_token: SecretStr
    webhook_secret: SecretStr
    countries: tuple[str, ...] = ()
    shipping: ShippingMethods = field(default_factory=ShippingMethods)
    requires_phone: bool = False
    label: str | None = None


class ConnectStore:
    """Nothing is stored unless the store answers and everything needed is granted."""

    def __init__(
        self,
        brands: Brands,
        connections: Connections,
        stores: Stores,
        secrets: Secrets,
        simulator_url: str | None,
    ) -> None:
        self._brands = brands
        self._connections = connections
        self._stores = stores
        self._secrets = secrets
        self._simulator_url = simulator_url

    async def __call__(self, new: NewStore, store_id: str) -> Document:
        """The connection. Raises Problem; the same `store_id` again gives the same connection."""
        if (existing := await self._connections.get(store_id)) is not None:
            return existing
        base_url = self._address(new)
        if not await self._brands.knows(new.brand_id):
            raise Problem(
                409,
                "unknown_brand",
                "This brand is not known here yet; try again in a moment.",
                headers={"Retry-After": "1"},
            )
        asked = {"_id": store_id, "platform": new.platform, "base_url": base_url}
        asked["api_version"] = API_VERSION
        store = self._stores.under(asked, new.access_token)
        look = await look_at(store)
        refuse_unless_fine(look)
        return await self._keep(new, asked, look)

    def _address(self, new: NewStore) -> str:
        if new.platform != "shopify":
            raise Problem(
                422, "platform_not_supported", f"Stores of {new.platform} cannot be connected yet."
            )
        try:
            return shopify_address(new.shop, new.base_url, self._simulator_url)
        except HostNotAllowed as error:
            raise Problem(422, "host_not_allowed", str(error)) from error

    async def _keep(self, new: NewStore, asked: Document, look: Look) -> Document:
        store_id = asked["_id"]
        try:
            await self._connections.add(self._connection(new, asked, look))
        except DuplicateKeyError as error:
            if (existing := await self._connections.get(store_id)) is not None:
                return existing
            raise Problem(409, "store_exists", await self._already(new, asked)) from error
        stored = await self._connections.get(store_id)
        assert stored is not None
        return stored

    async def _already(self, new: NewStore, asked: Document) -> str:
        there = await self._connections.live(new.brand_id, asked["platform"], asked["base_url"])
        known = "" if there is None else f" as {there['_id']}, in the state {there['status']}"
        return (
            f"This store is connected for the brand already{known}. To give it new credentials, "
            "PATCH it."
        )

    def _connection(self, new: NewStore, asked: Document, look: Look) -> Document:
        assert look.inspection is not None
        token = new_hook_token()
        given = {
            "access_token": new.access_token,
            "webhook_secret": new.webhook_secret,
            "hook_token": token,
        }
        return {
            **asked,
            "brand_id": new.brand_id,
            "name": new.name,
            "shop": look.inspection.shop,
            "status": "connected",
            "reasons": [],
            "secrets": {
                name: self._secrets.seal(new.brand_id, asked["_id"], name, secret)
                for name, secret in given.items()
            },
            "previous": None,
            "hook_hash": hook_hash(token.get_secret_value()),
            "countries": list(new.countries),
            "currency": look.inspection.currency,
            "shipping": new.shipping.model_dump(),
            "requires_phone": new.requires_phone,
            "label": new.label or LABEL,
            "created_at": now(),
            "checked_at": now(),
            # The webhooks are registered by the first check: the caller runs it now, and this one
            # comes when the process dies before.
            "check_due_at": now() + FIRST_CHECK,
        }


def refuse_unless_fine(look: Look) -> None:
    """Raises Problem 422 with every reason, each naming what is missing and what to do."""
    if look.fine:
        return
    failed = [check for check in look.checks if not check.ok]
    remedies = " ".join(dict.fromkeys(check.remedy for check in failed if check.remedy))
    raise Problem(422, look.reasons[0].code, remedies or failed[0].detail, look.reasons)
