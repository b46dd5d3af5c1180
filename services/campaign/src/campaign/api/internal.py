"""Routes for the other services alone."""

from fastapi import APIRouter, Depends
from giftstream.http.access import Access

from campaign.api.views import View
from campaign.brands.brands import Brands
from campaign.brands.secrets_at_rest import Secrets
from campaign.refusals import not_there
from campaign.whose import EVERY_BRAND


class PublisherSecret(View):
    """What order-placement checks signatures with; `revision` is the brand's."""

    key_id: str
    brand_id: str
    secret: str
    revision: int


class Contacts(View):
    """Whom notification writes to for a brand."""

    contacts: list[str]


def internal_api(access: Access, brands: Brands, secrets: Secrets) -> APIRouter:
    """Publishers' secrets and brands' contacts never travel in events."""
    router = APIRouter(
        prefix="/internal", tags=["internal"], dependencies=[Depends(access.internal())]
    )

    @router.get("/publishers/{key_id}")
    async def get_publisher(key_id: str) -> PublisherSecret:
        brand = await brands.of_publisher(key_id)
        if brand is None:
            raise not_there("publisher")
        publisher = next(one for one in brand["publishers"] if one["key_id"] == key_id)
        return PublisherSecret(
            key_id=key_id,
            brand_id=brand["_id"],
            secret=secrets.of(brand["_id"], publisher),
            revision=brand["version"],
        )

    @router.get("/brands/{brand_id}/contacts")
    async def get_contacts(brand_id: str) -> Contacts:
        brand = await brands.find(EVERY_BRAND, brand_id)
        if brand is None:
            raise not_there("brand")
        return Contacts(contacts=brand["contacts"])

    return router
