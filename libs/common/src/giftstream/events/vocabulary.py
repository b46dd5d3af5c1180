"""The closed lists of words: a new member is a change that every reader must know of."""

from typing import Literal

OrderStatus = Literal[
    "pending_review",
    "approved",
    "placing",
    "placed",
    "partially_fulfilled",
    "fulfilled",
    "in_transit",
    "delivered",
    "on_hold",
    "rejected",
    "cancelled",
    "partially_returned",
    "returned",
]
"""The life of a gift order. `on_hold` always has reasons."""

StoreStatus = Literal[
    "pending",
    "partially_fulfilled",
    "fulfilled",
    "in_transit",
    "delivered",
    "cancelled",
    "partially_returned",
    "returned",
]
"""What the store says of its order."""

ObservationSource = Literal["webhook", "poll", "manual"]
UnsignedSelections = Literal["accept", "review", "refuse"]

ReasonCode = Literal[
    "invalid_selection",
    "bad_signature",
    "unsigned_not_accepted",
    "unknown_brand",
    "unknown_campaign",
    "selection_conflict",
    "campaign_not_gifting",
    "campaign_closed",
    "product_not_imported",
    "ambiguous_product",
    "product_deleted",
    "variant_unavailable",
    "no_store_for_country",
    "missing_email",
    "missing_address",
    "invalid_address",
    "missing_phone",
    "allowance_exceeded",
    "duplicate_order",
    "campaign_budget_exceeded",
    "needs_review",
    "out_of_stock",
    "shipping_method_missing",
    "integration_missing",
    "store_disconnected",
    "permission_denied",
    "store_rejected",
    "total_not_zero",
    "store_unreachable",
    "webhooks_missing",
    "outcome_unknown",
    "lane_paused",
    "rejected_by_person",
    "cancelled_by_person",
    "cancelled_in_store",
    "selection_withdrawn",
    "cancel_requested",
    "cancel_refused",
    "withdrawn_too_late",
]
"""Why an order does not go on, or how it ended; each has one sentence for people in
`giftstream.reasons`."""
