"""What all simulated vendors share, and what a vendor must offer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from starlette.types import Receive, Scope, Send

from simulator.database import Database, Document
from simulator.faults import Faults
from simulator.ledger import Ledger
from simulator.settings import Settings
from simulator.stores import Store, Stores
from simulator.webhooks.chaos import Chaos
from simulator.webhooks.courier import Courier


@dataclass(frozen=True, slots=True)
class World:
    """One simulator: every vendor works on the same stores, ledger and faults."""

    settings: Settings
    database: Database
    ledger: Ledger
    stores: Stores
    faults: Faults
    chaos: Chaos
    courier: Courier

    @classmethod
    def open(cls, settings: Settings) -> World:
        """Resumes on what the state folder holds. Needs a running event loop."""
        database = Database(settings.state)
        ledger = Ledger(database)
        chaos = Chaos(database)
        courier = Courier(database, ledger, chaos, settings.retries_s)
        return cls(settings, database, ledger, Stores(database), Faults(database), chaos, courier)


class Refused(Exception):
    """The merchant cannot do that; the message says why. `status` is an HTTP status."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class Platform(Protocol):
    """One vendor: answers its API, and does what a merchant does in its admin pages."""

    def open_store(self, asked: Document) -> Document:
        """Makes a store; the answer of `POST /_stores`."""

    def describe(self, store: Store) -> Document:
        """The same answer for a store that exists."""

    async def answer(self, store: Store | None, scope: Scope, receive: Receive, send: Send) -> None:
        """One request to the vendor's own paths; None: no such store."""

    def subscription_given_up(self, store: Store, subscription: str) -> bool:
        """The last repeat of a webhook failed; whether that ended its subscription."""

    def order_action(self, store: Store, ref: str, action: str, body: Document) -> Document:
        """fulfill, deliver, unfulfill, cancel, return, edit, delete; or raises Refused."""

    def orders(self, store: Store) -> list[Document]:
        """Short facts about every order, oldest first."""

    def discard_draft(self, store: Store, ref: str) -> Document:
        """The merchant deletes what was prepared and not committed; raises Refused."""

    def change_variant(self, store: Store, ref: str, body: Document) -> Document:
        """Stock, price, policy, deletion; raises Refused."""

    def change_access(self, store: Store, action: str, scopes: list[str]) -> Document:
        """`uninstall`, `revoke`, `restore`."""

    def rotate(self, store: Store, access_token: bool, webhook_secret: bool) -> Document:
        """New credentials in place of those named; the answer is all that hold now."""

    def ask_about_people(self, store: Store, body: Document) -> Document:
        """Sends one of the privacy webhooks; the answer is what it says."""

    def due(
        self, store: Store, fulfill_before: float, deliver_before: float
    ) -> Iterable[tuple[str, str]]:
        """(order, action) of what the autopilot does now; times are seconds since 1970."""
