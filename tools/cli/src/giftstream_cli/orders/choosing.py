"""Which orders a bulk is about: named, in a file, or all that match a filter."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from giftstream_cli.api import Api
from giftstream_cli.failures import WrongUse, why_unread
from giftstream_cli.orders.asking import path_of


@dataclass(frozen=True, slots=True)
class Chosen:
    """How orders were chosen."""

    ids: Sequence[str] = ()
    file: str | None = None
    status: str | None = None
    brand: str | None = None
    campaign: str | None = None
    limit: int = 1000

    @property
    def by_name(self) -> bool:
        """Whether the ids stand on the command line alone."""
        return bool(self.ids)

    def check(self) -> None:
        """Raises WrongUse unless they were chosen in exactly one way."""
        ways = (bool(self.ids), self.file is not None, self.status is not None)
        if sum(ways) != 1:
            raise WrongUse("Name the orders in one way: ORDER_ID..., --file or --status.")
        if self.status is None and (self.brand or self.campaign):
            raise WrongUse("--brand and --campaign narrow --status down; give that too.")
        for order_id in self.ids:
            path_of(order_id)

    def of(self, api: Api) -> list[str]:
        """The ids, each once. Raises WrongUse for a file that cannot be used."""
        if self.file is not None:
            return _in_file(self.file)
        if self.status is None:
            return list(dict.fromkeys(self.ids))
        asked = {"status": self.status, "brand_id": self.brand, "campaign_id": self.campaign}
        wanted: dict[str, str | int] = {name: value for name, value in asked.items() if value}
        found, _ = api.pages("/orders", wanted, self.limit)
        return [str(order["order_id"]) for order in found]


def _in_file(file: str) -> list[str]:
    """One id a line; empty lines and those that begin with # count for nothing."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUse(f"{file} cannot be read: {why_unread(error)}.") from error
    lines = [line.strip() for line in text.splitlines()]
    ids = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    for order_id in ids:
        path_of(order_id)
    if not ids:
        raise WrongUse(f"{file} names no order.")
    return ids
