"""What is told of brands, campaigns and items, and what is not."""

from typing import Any

from campaign.brands.tell_brand import render_brand_changed
from campaign.campaigns.publish_campaign import missing_limits
from campaign.campaigns.tell_campaign import render_campaign_changed
from giftstream.clock import now
from giftstream.events import encode


def campaign(**fields: Any) -> dict[str, Any]:
    return {
        "_id": "c",
        "version": 4,
        "changed_at": now(),
        "brand_id": "acme",
        "name": "Spring",
        "type": "product_gifting",
        "status": "draft",
        "auto_approve": False,
        "allowance": {"items": None, "value": "unlimited", "orders_per_creator": 0},
        "countries": [],
        "stores": ["s"],
        **fields,
    }


def test_a_brand_is_told_without_secrets_or_contacts() -> None:
    brand = {
        "_id": "acme",
        "version": 7,
        "changed_at": now(),
        "name": "Acme",
        "contacts": ["ops@acme.example"],
        "unsigned_selections": "review",
        "publishers": [{"key_id": "k", "name": "campaign", "secret": b"sealed", "own": True}],
        "keys": [
            {"prefix": "abcd", "sha256": "0" * 64, "name": "n", "scopes": [], "expires_at": None}
        ],
    }
    event = render_brand_changed(brand)
    assert event.revision == 7
    body = encode(event)
    assert b"ops@acme" not in body
    assert b"sealed" not in body
    assert event == render_brand_changed(brand), "a repeat is the same event"


def test_a_limit_that_nobody_set_is_told_as_nothing_and_named_before_publishing() -> None:
    event = render_campaign_changed(campaign())
    assert event.allowance.items == 0
    assert event.allowance.value == "unlimited"
    assert [one.path for one in missing_limits(campaign())] == ["allowance.items"]
    assert missing_limits(campaign(type="paid_only")) == [], "it gives no gifts"
