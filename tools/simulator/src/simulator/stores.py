"""The stores of all vendors: settings, documents, and who answers for them."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from simulator.clock import stamp
from simulator.database import Database, Document


class Store:
    """One shop with its documents in memory; `save` and `drop` write through."""

    def __init__(self, database: Database, profile: Document) -> None:
        self._database = database
        self.profile = profile
        self.id: str = profile["store"]
        self.platform: str = profile["platform"]
        self._documents: dict[str, dict[str, Document]] = {}

    def all(self, kind: str) -> dict[str, Document]:
        """Every document of this kind by id, oldest first."""
        return self._documents.setdefault(kind, {})

    def get(self, kind: str, key: str) -> Document | None:
        """The document itself, not a copy; change it, then `save` it."""
        return self.all(kind).get(key)

    def save(self, kind: str, key: str, document: Document) -> None:
        """Kept in memory at once and on disk at the next commit."""
        self.all(kind)[key] = document
        self._database.put(self.id, kind, key, document)

    def drop(self, kind: str, key: str) -> None:
        """Forgets the document; one that is not there is no error."""
        if self.all(kind).pop(key, None) is not None:
            self._database.delete(self.id, kind, key)

    def save_profile(self) -> None:
        """The store's own settings."""
        self._database.put(self.id, "profile", "profile", self.profile)

    def new_id(self) -> int:
        """A number no other object of the simulator has."""
        return self._database.new_id()

    def next_number(self, name: str, first: int) -> int:
        """Counts up per store, such as order numbers; survives a restart."""
        number = int(self.profile.get(name, first))
        self.profile[name] = number + 1
        self.save_profile()
        return number


class Stores:
    """All stores that exist."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stores: dict[str, Store] = {}
        for store_id, _, profile in database.load("profile"):
            self._stores[store_id] = self._loaded(profile)

    def __iter__(self) -> Iterator[Store]:
        return iter(list(self._stores.values()))

    def get(self, store_id: str) -> Store | None:
        """None when there is none of that name."""
        return self._stores.get(store_id)

    def open(self, platform: str, name: str, profile: Document) -> Store:
        """A new store whose id nobody can guess: tests run beside each other."""
        slug = "".join(c if c.isalnum() and c.isascii() else "-" for c in name.lower())
        store_id = f"{slug.strip('-')[:30] or 'store'}-{secrets.token_hex(3)}"
        head = {"store": store_id, "platform": platform, "name": name, "opened_at": stamp()}
        store = Store(self._database, head | profile)
        store.save_profile()
        self._stores[store_id] = store
        return store

    def close(self, store_id: str) -> bool:
        """Removes the store and its documents; its ledger stays."""
        if self._stores.pop(store_id, None) is None:
            return False
        self._database.delete_store(store_id)
        return True

    def _loaded(self, profile: Document) -> Store:
        store = Store(self._database, profile)
        for kind, key, document in self._database.load_store(store.id):
            if kind != "profile":
                store.all(kind)[key] = document
        return store
