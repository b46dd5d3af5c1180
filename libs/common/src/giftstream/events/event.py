"""What every event is."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from giftstream.clock import now
from giftstream.events.fields import Id, Instant
from giftstream.identity import new_id


class Event(BaseModel):
    """Something that happened. A frozen list of fields: only added to, and only with defaults."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str]

    event_id: Id
    occurred_at: Instant

    def key(self) -> str:
        """The Kafka key: what this event must stay in order with."""
        raise NotImplementedError(type(self).__name__)


class SaidPlainly(Event):
    """An event whose writer may leave out its id and time: filled with a new id and with now."""

    event_id: Annotated[Id, BeforeValidator(lambda said: new_id() if said is None else said)] = (
        Field(default_factory=new_id)
    )
    occurred_at: Annotated[
        Instant, BeforeValidator(lambda said: now() if said is None else said)
    ] = Field(default_factory=now)
