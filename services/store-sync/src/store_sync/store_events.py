"""What others are told of a store connection: everything but where it is and its secrets."""

from giftstream.events import StoreChanged
from giftstream.identity import event_identity
from giftstream.mongo import Document


def render_store_changed(connection: Document) -> StoreChanged:
    """The newest state, for the compacted topic."""
    return StoreChanged.model_validate(
        {
            "event_id": event_identity(
                connection["_id"], StoreChanged.topic, connection["revision"]
            ),
            "occurred_at": connection["changed_at"],
            "store_id": connection["_id"],
            **{
                name: connection[name]
                for name in (
                    "brand_id",
                    "platform",
                    "name",
                    "status",
                    "reasons",
                    "countries",
                    "currency",
                    "shipping",
                    "requires_phone",
                    "label",
                    "revision",
                )
            },
        }
    )
