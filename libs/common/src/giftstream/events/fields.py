"""The kinds of values that event bodies are made of."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StrictInt, StringConstraints


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:  # 0001-01-01T00:00:00+14:00 has no UTC form
        raise ValueError("the time is out of range") from error


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
"""RFC 3339 with an offset; kept and printed in UTC."""

# What Python's str.isprintable refuses, spelled out so that pydantic, JSON Schema and browsers all
# read it alike: controls, invisible and bidirectional marks, spaces other than the plain one.
_UNPRINTABLE = (
    r"\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
)
Id = Annotated[
    str, StringConstraints(min_length=1, max_length=128, pattern=rf"^[^/{_UNPRINTABLE}]+$")
]
"""1–128 printable characters without `/`."""

Word = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
"""A name from a vocabulary that may grow; readers keep words they do not know."""

Name = Annotated[str, StringConstraints(max_length=200)]
Sku = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Note = Annotated[str, StringConstraints(max_length=2000)]
Email = Annotated[str, StringConstraints(max_length=320)]
Phone = Annotated[str, StringConstraints(max_length=40)]
Url = Annotated[str, StringConstraints(max_length=2000)]

Quantity = Annotated[StrictInt, Field(ge=1)]
Count = Annotated[StrictInt, Field(ge=0)]
"""A number that only grows: `sequence`, `observation`, `revision`."""

Limit = Annotated[StrictInt, Field(ge=0)] | Literal["unlimited"]
"""How much is allowed; a limit in money is in minor units of the store's currency."""
