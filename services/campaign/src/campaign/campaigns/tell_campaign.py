"""What others know of a campaign."""

from giftstream.events import Allowance, CampaignChanged
from giftstream.identity import event_identity
from giftstream.mongo import Document


def render_campaign_changed(campaign: Document) -> CampaignChanged:
    """The newest state of a campaign. A limit that nobody has set yet allows nothing."""
    limits = {name: limit or 0 for name, limit in campaign["allowance"].items()}
    return CampaignChanged(
        event_id=event_identity(campaign["_id"], CampaignChanged.topic, campaign["version"]),
        occurred_at=campaign["changed_at"],
        campaign_id=campaign["_id"],
        brand_id=campaign["brand_id"],
        name=campaign["name"],
        type=campaign["type"],
        status=campaign["status"],
        auto_approve=campaign["auto_approve"],
        allowance=Allowance(**limits),
        countries=tuple(campaign["countries"]),
        stores=tuple(campaign["stores"]),
        budget=campaign.get("budget", "unlimited"),
        revision=campaign["version"],
    )
