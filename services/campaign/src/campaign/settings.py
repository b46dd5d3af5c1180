"""What campaign can be told from outside."""

from giftstream.settings import ServiceSettings, service_config
from pydantic import Field


class Settings(ServiceSettings):
    """The shared settings, and campaign's own: `CAMPAIGN_…`."""

    model_config = service_config("CAMPAIGN")

    port: int = Field(8000, ge=1, le=65535, description="The internal listener's port.")
    store_share: float = Field(
        0.2, gt=0, le=1, description="The part of each store's rate limit that catalogs may use."
    )
    store_deadline_s: float = Field(
        10.0, gt=0, description="Give up on the answer to one store call after this."
    )
    import_lease_s: float = Field(
        60.0, gt=0, description="How long a replica holds an import without a sign of progress."
    )
    import_workers: int = Field(
        3, ge=1, le=20, description="How many imports run at the same time in one replica."
    )
    import_gives_up_after_s: float = Field(
        900.0, gt=0, description="An import whose store does not answer for so long has failed."
    )
    reread_after_s: float = Field(
        2.0, ge=0, description="Wait so long for more hints before a product is read again."
    )
    submit_again_after_s: float = Field(
        10.0, gt=0, description="A selection that a crash left half submitted goes on after this."
    )
