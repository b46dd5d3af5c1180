"""What order-placement can be told from outside."""

from giftstream.settings import ServiceSettings, service_config
from pydantic import Field


class Settings(ServiceSettings):
    """The shared settings, and order-placement's own: `ORDER_PLACEMENT_…`."""

    model_config = service_config("ORDER_PLACEMENT")

    port: int = Field(8000, ge=1, le=65535, description="The internal listener's port.")
    wait_for_facts_s: float = Field(
        60.0,
        ge=0,
        description="How long a selection of an unknown brand, campaign or key waits for it.",
    )
    lane_lease_s: float = Field(
        15.0,
        gt=0,
        description="How long a replica holds a store's lane without renewing; more than one store "
        "call and one renewal.",
    )
    lane_renew_s: float = Field(1.0, gt=0, description="How often a replica renews its lanes.")
    store_deadline_s: float = Field(
        10.0, gt=0, description="Give up on the answer to one store call after this."
    )
    settle_s: float = Field(
        5.0, gt=0, description="After a lost answer, let the store settle so long before acting."
    )
    longest_pause_s: float = Field(
        60.0, gt=0, description="The longest pause between two tries of one order or lane."
    )
    store_connections: int = Field(
        500, ge=1, description="Connections to all stores together, at most."
    )
    lane_concurrency: int = Field(
        8, ge=1, le=100, description="How many orders of one store are placed at the same time."
    )
    alarm_after_s: float = Field(
        900.0, gt=0, description="An outcome unknown for longer than this raises an alarm."
    )
    restock_look_s: float = Field(
        600.0, gt=0, description="How often the stock is read that held orders are short of."
    )
    sweep_after_s: float = Field(
        3600.0, gt=0, description="Prepared store orders older than this that nobody wants go."
    )
