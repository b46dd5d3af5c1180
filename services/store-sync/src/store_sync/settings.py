"""Settings of store-sync."""

from giftstream.settings import ServiceSettings, service_config
from pydantic import Field


class Settings(ServiceSettings):
    """Listeners, the public address that stores call, and how often stores are asked."""

    model_config = service_config("STORE_SYNC")

    port: int = Field(8000, ge=0, le=65535, description="Internal listener.")
    webhook_port: int = Field(8001, ge=0, le=65535, description="Public listener for webhooks.")
    webhook_url: str = Field(
        "http://127.0.0.1:8001", description="What stores call: the public listener's address."
    )
    simulator_url: str | None = Field(
        None, description="Stores below this address are admitted beside real shops; local only."
    )
    budget_share: float = Field(
        0.3, gt=0, le=1, description="Our share of each store's rate limit."
    )
    reads_at_once: int = Field(4, ge=1, le=50, description="Orders read at once in one store.")
    lease_s: float = Field(
        60.0, gt=0, description="An order being read belongs to its reader for this long."
    )
    poll_every_s: float = Field(300.0, gt=0, description="Ask each store what changed this often.")
    poll_overlap_s: float = Field(
        600.0, ge=0, description="Each poll looks back this far beyond the newest change seen."
    )
    reread_every_s: float = Field(
        21_600.0, gt=0, description="Read each open order again after this, whatever was told."
    )
    check_every_s: float = Field(
        3600.0, gt=0, description="Check each connection and its webhooks this often."
    )
    recheck_every_s: float = Field(
        60.0, gt=0, description="Check a connection that needs attention this often."
    )
    old_secret_holds_s: float = Field(
        18_000.0,
        ge=0,
        description="A replaced webhook secret holds for this long: Shopify signs with the old one "
        "for up to an hour and repeats what it signed for four more.",
    )
    coalesce_s: float = Field(
        2.0, ge=0, description="Several changes of a product within this are one event."
    )
