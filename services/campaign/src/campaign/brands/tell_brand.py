"""What others may know of a brand: no contacts, no secrets."""

from giftstream.events import ApiKey, BrandChanged, Publisher
from giftstream.identity import event_identity
from giftstream.mongo import Document


def render_brand_changed(brand: Document) -> BrandChanged:
    """The newest state of a brand; `revision` is the document's own count of its changes."""
    return BrandChanged(
        event_id=event_identity(brand["_id"], BrandChanged.topic, brand["version"]),
        occurred_at=brand["changed_at"],
        brand_id=brand["_id"],
        name=brand["name"],
        unsigned_selections=brand["unsigned_selections"],
        publishers=tuple(
            Publisher(key_id=one["key_id"], name=one["name"]) for one in brand["publishers"]
        ),
        api_keys=tuple(
            ApiKey(
                prefix=one["prefix"],
                sha256=one["sha256"],
                scopes=tuple(one["scopes"]),
                expires_at=one["expires_at"],
            )
            for one in brand["keys"]
        ),
        revision=brand["version"],
    )
