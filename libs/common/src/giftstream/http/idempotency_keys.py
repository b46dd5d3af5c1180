"""Which idempotency keys were used, by whom for what, and what was answered."""

from dataclasses import dataclass

from giftstream.http.problems import Problem
from giftstream.identity import new_id
from giftstream.mongo import Collection, Database, Document, DuplicateKeyError, IndexModel
from giftstream.sealing import Sealing

RUNNING_S = 30.0
KEPT_S = 7 * 24 * 60 * 60

_FIELD = "answer"


@dataclass(frozen=True)
class Answer:
    """A status and the JSON that came with it."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Claim:
    """Ours to run, unless it holds the answer that was given before."""

    place: str
    holder: str
    answer: Answer | None = None


class IdempotencyKeys:
    """The collection `idempotency_keys`; forgotten after seven days by its TTL index."""

    def __init__(self, database: Database, sealing: Sealing | None = None) -> None:
        self._keys: Collection = database["idempotency_keys"]
        self._sealing = sealing

    async def ensure_indexes(self) -> None:
        """Create what is missing."""
        await self._keys.create_indexes([IndexModel("expires_at", expireAfterSeconds=0)])

    async def claim(self, place: str, digest: str, *, brand: str) -> Claim:
        """Ours to run, or the answer from before. Raises Problem 422 for another body under the
        same key, 409 while another request runs it."""
        holder = new_id()
        try:
            # A holder of this name exists nowhere: it is made, or the `_id` is taken.
            await self._keys.update_one(
                {"_id": place, "holder": holder},
                [{"$set": {"digest": digest, **_held(holder)}}],
                upsert=True,
            )
            return Claim(place, holder)
        except DuplicateKeyError:
            return await self._second(place, digest, holder, brand)

    async def save(self, claim: Claim, answer: Answer, *, brand: str, sealed: bool) -> None:
        """Keep the answer for repeats; nothing when somebody took over: theirs is the same."""
        body = answer.body
        if sealed:
            body = self._seals().seal(body, brand=brand, document=claim.place, field=_FIELD)
        await self._keys.update_one(
            {"_id": claim.place, "holder": claim.holder},
            {
                "$set": {
                    "status": answer.status,
                    "body": body,
                    "sealed": sealed,
                    # Only so that a rotation of keys can tell which seal this is.
                    **({"brand": brand} if sealed else {}),
                },
                "$unset": {"until": ""},
            },
        )

    async def release(self, claim: Claim) -> None:
        """Nothing was answered: the same key may try again at once."""
        await self._keys.delete_one({"_id": claim.place, "holder": claim.holder, "until": _SET})

    async def _second(self, place: str, digest: str, holder: str, brand: str) -> Claim:
        known = await self._keys.find_one({"_id": place})
        if known is None:
            raise _running()  # released this moment; a repeat will find it free
        if known["digest"] != digest:
            raise Problem(
                422,
                "idempotency_key_reused",
                "This Idempotency-Key was used with another body; take a new key.",
            )
        if "status" in known:
            return Claim(place, holder, self._answer(known, brand))
        # The server's clock on both sides: a replica whose clock is ahead must not take over early.
        taken = await self._keys.update_one(
            {
                "_id": place,
                "holder": known["holder"],
                "until": _SET,
                "$expr": {"$lt": ["$until", "$$NOW"]},
            },
            [{"$set": _held(holder)}],
        )
        if taken.modified_count:
            return Claim(place, holder)
        # Perhaps it was answered between our two looks.
        known = await self._keys.find_one({"_id": place, "status": _SET})
        if known is None:
            raise _running()
        return Claim(place, holder, self._answer(known, brand))

    def _answer(self, known: Document, brand: str) -> Answer:
        body = bytes(known["body"])
        if known["sealed"]:
            body = self._seals().open(body, brand=brand, document=known["_id"], field=_FIELD)
        return Answer(known["status"], body)

    def _seals(self) -> Sealing:
        if self._sealing is None:
            raise ValueError("answers with secrets need IdempotencyKeys(database, sealing)")
        return self._sealing


_SET = {"$exists": True}


def _held(holder: str) -> Document:
    """Fields of a claim, in the server's time. An update pipeline: only it knows `$$NOW`."""
    return {
        "holder": holder,
        "until": {"$add": ["$$NOW", int(RUNNING_S * 1000)]},
        "expires_at": {"$add": ["$$NOW", KEPT_S * 1000]},
    }


def _running() -> Problem:
    return Problem(
        409,
        "idempotency_key_in_use",
        "The first request with this key is still running; ask again.",
        headers={"Retry-After": "2"},
    )
