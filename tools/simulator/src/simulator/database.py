"""Documents in memory, written through to one SQLite file that outlives a kill -9."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Document = dict[str, Any]

FIRST_ID = 10_000_000_000_000

TABLES = """
CREATE TABLE IF NOT EXISTS documents (
  store TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (store, kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ledger (
  seq INTEGER PRIMARY KEY, store TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS ledger_of_store ON ledger (store, seq);
"""


class Database:
    """Collects changes and writes them in one transaction at `commit`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sql = sqlite3.connect(folder / "simulator.sqlite3", isolation_level=None)
        # A kill of the process loses nothing without fsync; only a power cut would.
        self._sql.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + TABLES)
        self._changed: dict[tuple[str, str, str], Document | None] = {}
        self._entries: list[tuple[int, str, bytes]] = []
        self._last_id = self._counter()
        (last,) = self._sql.execute("SELECT coalesce(max(seq), 0) FROM ledger").fetchone()
        self._last_seq = int(last)

    def load(self, kind: str) -> Iterator[tuple[str, str, Document]]:
        """(store, id, document) of every document of this kind."""
        rows = self._sql.execute("SELECT store, id, body FROM documents WHERE kind = ?", (kind,))
        for store, key, body in rows.fetchall():
            yield store, key, orjson.loads(body)

    def load_store(self, store: str) -> Iterator[tuple[str, str, Document]]:
        """(kind, id, document) of everything one store has, in the order of creation."""
        rows = self._sql.execute("SELECT kind, id, body FROM documents WHERE store = ?", (store,))
        for kind, key, body in rows.fetchall():
            yield kind, key, orjson.loads(body)

    def put(self, store: str, kind: str, key: str, document: Document) -> None:
        """The document as it is at the next commit."""
        self._changed[store, kind, key] = document

    def delete(self, store: str, kind: str, key: str) -> None:
        """Gone at the next commit."""
        self._changed[store, kind, key] = None

    def delete_store(self, store: str) -> None:
        """All documents of a store, at once; its ledger stays."""
        self.commit()
        self._sql.execute("DELETE FROM documents WHERE store = ?", (store,))

    def new_id(self) -> int:
        """Fourteen digits, growing, never given twice; not consecutive, as in real life."""
        self._last_id += random.randint(1, 97)
        self.put("", "counter", "id", {"last": self._last_id})
        return self._last_id

    def append(self, store: str, entry: Document) -> int:
        """One ledger entry; returns its number."""
        self._last_seq += 1
        self._entries.append(
            (self._last_seq, store, orjson.dumps({"seq": self._last_seq, **entry}))
        )
        return self._last_seq

    def entries(self, store: str | None, after: int, limit: int) -> list[bytes]:
        """Ledger entries with a greater number, oldest first, as JSON."""
        self.commit()
        where, values = ("store = ? AND", [store]) if store else ("", [])
        rows = self._sql.execute(
            f"SELECT body FROM ledger WHERE {where} seq > ? ORDER BY seq LIMIT ?",  # noqa: S608 - constant text
            [*values, after, limit],
        )
        return [body for (body,) in rows.fetchall()]

    def commit(self) -> None:
        """All changes since the last one, together; an answer is sent only after this."""
        if not self._changed and not self._entries:
            return
        changed, self._changed = self._changed, {}
        entries, self._entries = self._entries, []
        self._sql.execute("BEGIN")
        self._sql.executemany(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)",
            [(*key, orjson.dumps(value)) for key, value in changed.items() if value is not None],
        )
        self._sql.executemany(
            "DELETE FROM documents WHERE store = ? AND kind = ? AND id = ?",
            [key for key, value in changed.items() if value is None],
        )
        self._sql.executemany("INSERT INTO ledger VALUES (?, ?, ?)", entries)
        self._sql.execute("COMMIT")

    def close(self) -> None:
        """Writes what is left and lets go of the file."""
        self.commit()
        self._sql.close()

    def _counter(self) -> int:
        for _, _, document in self.load("counter"):
            return int(document["last"])
        return FIRST_ID + random.randint(0, FIRST_ID // 2)
