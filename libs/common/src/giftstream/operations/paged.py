"""Long work in batches that a caller drives: each answer says where the next batch begins."""

from pydantic import BaseModel, ConfigDict, Field

DEFAULT_BATCH = 200
MAX_BATCH = 1000


class Batch(BaseModel):
    """Which part of the work to do now; without a cursor it begins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(DEFAULT_BATCH, ge=1, le=MAX_BATCH, description="Documents to look at, most.")
    cursor: str | None = Field(None, max_length=1000, description="`next` of the batch before.")
