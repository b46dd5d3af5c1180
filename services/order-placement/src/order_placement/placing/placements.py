"""Every compare-and-set of placing, named by what it says. The five rules live in these.

Each answers the order as it stands afterwards, or None when it did not hold: somebody else claimed
the order meanwhile, or it is not in the state that the caller believes. None is never an error and
never to be retried blindly: whoever got it lets go of the order.
"""

from collections.abc import Collection as Several
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from giftstream.clock import LONG_AGO, now
from giftstream.events import Reason, StoreOrder
from giftstream.mongo import ASCENDING, Collection, Database, Document, IndexModel, ReturnDocument
from giftstream.outbox import event_entry, outbox_room

from order_placement.called_off import cancelled
from order_placement.called_off import refused as refusal_of
from order_placement.order_events import ORDERS, order_created
from order_placement.orders import GIVES_BACK, changing
from order_placement.placing.changes import (
    CLAIMABLE,
    FINISHED,
    IN_THE_STORE,
    PERMITTED,
    WITHOUT_TRACE,
    as_placed,
    because,
    claim_fields,
    dropping,
    fence,
    long_since_permission,
    quietly,
    unknown_fields,
)
from order_placement.placing.gift_order import GiftOrder

SOURCE = "order-placement"
UNKNOWN = {"placing.unknown_since": {"$type": "date"}}


class Placements:
    """The collection `orders` as placing uses it; every update counts `version` up."""

    def __init__(self, database: Database) -> None:
        self._orders: Collection = database[ORDERS]

    async def ensure_indexes(self) -> None:
        """The lanes' index is the orders' own; these are for the alarm, and to go on with what is
        unknown before what has waited longer."""
        alarm = [("placing.unknown_since", ASCENDING)]
        first = [("store_id", ASCENDING), ("due_at", ASCENDING)]
        await self._orders.create_indexes(
            [
                IndexModel(alarm, name="outcome_unknown", partialFilterExpression=UNKNOWN),
                IndexModel(first, name="unknown_due", partialFilterExpression=UNKNOWN),
            ]
        )

    async def stores_with_due(self, at: datetime) -> list[str]:
        """One seek in the index for each store, however many orders are due."""
        found = await self._orders.distinct("store_id", {"due_at": {"$type": "date", "$lte": at}})
        return [store_id for store_id in found if store_id is not None]

    async def due(
        self,
        store_id: str,
        at: datetime,
        *,
        limit: int,
        without: Several[str] = (),
        unknown_since: datetime = LONG_AGO,
        most_new: int | None = None,
    ) -> list[GiftOrder]:
        """First those whose outcome became unknown after `unknown_since`: somebody waits to know,
        and what has begun is to end before more begins. Then all others, the longest due first.
        Those in hand are few, so skipping them costs little."""
        query: Document = {"store_id": store_id, "due_at": {"$type": "date", "$lte": at}}
        if without:
            query["_id"] = {"$nin": list(without)}
        lately = {"placing.unknown_since": {"$type": "date", "$gt": unknown_since}}
        found: dict[str, Document] = {}
        cursor = self._orders.find({**query, **lately}).sort("due_at", ASCENDING).limit(limit)
        found |= {one["_id"]: one async for one in cursor}
        room = limit - len(found)
        if most := min(room, room if most_new is None else most_new):
            query["_id"] = {"$nin": [*without, *found]}
            cursor = self._orders.find(query).sort("due_at", ASCENDING).limit(most)
            found |= {one["_id"]: one async for one in cursor}
        return [GiftOrder(one) for one in found.values()]

    async def unknown_lately(self, store_id: str, since: datetime) -> int:
        """How many orders of the store have an outcome that became unknown after that."""
        lately = {"placing.unknown_since": {"$type": "date", "$gt": since}}
        return int(await self._orders.count_documents({"store_id": store_id, **lately}))

    async def find(self, order_id: str) -> GiftOrder | None:
        """By its id."""
        found = await self._orders.find_one({"_id": order_id})
        return None if found is None else GiftOrder(found)

    async def claim(self, order: GiftOrder, epoch: int) -> GiftOrder | None:
        """Claim and intent in one: ours unless a newer epoch has it, or it changed since read.

        New and held orders without a handle become `intent`; a held one that kept its handle goes
        on with it as `committing`; all others stay where the last worker left them.
        """
        query = {
            "status": {"$in": CLAIMABLE},
            "due_at": {"$type": "date"},
            "placing.epoch": {"$lte": epoch},
            "placing.phase": order.phase,
            "placing.handle": order.handle,
        }
        update = quietly({"placing.epoch": epoch, **claim_fields(order)})
        if order.status == "approved":
            query |= outbox_room(1)
            update = changing({**update["$set"], "status": "placing"})
        update["$inc"]["placing.attempts"] = 1
        return await self._one(order, query, update)

    async def save_handle(self, order: GiftOrder, handle: str) -> GiftOrder | None:
        """intent -> prepared. Only where no handle is stored, and never a discarded one."""
        fields = {
            "placing.phase": "prepared",
            "placing.handle": handle,
            "placing.prepared_at": now(),
        }
        return await self._one(order, _free_for(order, handle), quietly(fields, **WITHOUT_TRACE))

    async def save_permitted_handle(self, order: GiftOrder, handle: str) -> GiftOrder | None:
        """intent -> committing: handle, check and permission in one, when all is known already."""
        query = {**_free_for(order, handle), "placing.cancel_requested": None}
        fields = {
            "placing.phase": "committing",
            "placing.permitted_epoch": order.placing["epoch"],
            **_stored(handle),
        }
        return await self._one(order, query, quietly(fields, **WITHOUT_TRACE, **PERMITTED))

    async def permit_commit(self, order: GiftOrder) -> GiftOrder | None:
        """prepared -> committing, for the stored handle; not once a cancel is noted."""
        query = {**fence(order, "prepared"), "placing.cancel_requested": None}
        fields = {
            "placing.phase": "committing",
            "placing.permitted_epoch": order.placing["epoch"],
        }
        return await self._one(order, query, quietly(fields, **PERMITTED))

    async def permit_again(self, order: GiftOrder, waited_s: float) -> GiftOrder | None:
        """The same handle once more, this long after the last permission by the server's clock."""
        query = {
            **fence(order, "committing"),
            "placing.discarded": {"$ne": order.handle},
            **long_since_permission(waited_s),
        }
        fields = {"placing.permitted_epoch": order.placing["epoch"]}
        return await self._one(order, query, quietly(fields, **PERMITTED))

    async def hold(self, order: GiftOrder, reasons: Sequence[Reason]) -> GiftOrder | None:
        """intent or prepared -> held; a stored handle moves to `discarded`. Not once a cancel is
        noted."""
        query = {**fence(order, order.phase), "placing.cancel_requested": None}
        update = changing({"status": "on_hold", "due_at": None, **because(reasons)})
        return await self._visibly(order, query, dropping(order, update))

    async def hold_keeping_handle(
        self, order: GiftOrder, reasons: Sequence[Reason]
    ) -> GiftOrder | None:
        """committing -> held: the store refused the commit. Not once a cancel is noted."""
        fields = {"status": "on_hold", "placing.phase": "held", "due_at": None}
        query = {**fence(order, "committing"), "placing.cancel_requested": None}
        return await self._visibly(order, query, changing({**fields, **because(reasons)}))

    async def cancel_before_commit(self, order: GiftOrder, asked: Any = None) -> GiftOrder | None:
        """intent or prepared -> held and cancelled, as was asked; handle to `discarded`."""
        asked = asked or order.cancel_requested
        fields = {"status": "cancelled", "due_at": None, "placing.unknown_since": None}
        ended = {"cancelled": asked, "reasons": cancelled(asked), GIVES_BACK: True}
        update = changing({**fields, **ended})
        return await self._visibly(order, fence(order, order.phase), dropping(order, update))

    async def handle_gone(self, order: GiftOrder, due_at: datetime) -> GiftOrder | None:
        """prepared or committing -> intent: the store can never commit this handle any more."""
        update = dropping(order, quietly({"due_at": due_at}), "intent")
        return await self._one(order, fence(order, order.phase), update)

    async def discard_permitted(self, order: GiftOrder, waited_s: float) -> GiftOrder | None:
        """Record a permitted handle, read open so long after its permission, as discarded.

        It stays the stored one until the store says that it is gone.
        """
        query = {**fence(order, "committing"), **long_since_permission(waited_s)}
        update = quietly({}) | {"$addToSet": {"placing.discarded": order.handle}}
        return await self._one(order, query, update)

    async def record_discarded(
        self, order_id: str, handle: str, *, finished_for_s: float = 0.0
    ) -> bool:
        """Whether this handle may be removed: it is not the stored one and never will be. The
        stored one may go when nobody wants the order any more and no call can be under way."""
        finished = {"status": {"$in": FINISHED}, **long_since_permission(finished_for_s)}
        done = await self._orders.update_one(
            {"_id": order_id, "$or": [{"placing.handle": {"$ne": handle}}, finished]},
            {"$addToSet": {"placing.discarded": handle}, "$inc": {"version": 1}},
        )
        return done.matched_count == 1

    async def record_placed(self, order: GiftOrder, store_order: StoreOrder) -> GiftOrder | None:
        """committing -> placed, with its events. True whoever's epoch it is: the handle decides."""
        fields = as_placed(order, store_order)
        told = order_created({**order.document, **fields, "changed_at": fields["placed_at"]})
        query = {
            "placing.phase": {"$in": ["committing", "held"]},
            "placing.handle": order.handle,
            # The event says which sequence it is; somebody else may have counted meanwhile.
            "sequence": order.document["sequence"],
            **outbox_room(2),
        }
        update = changing(fields, event_entry(told, source=SOURCE))
        del update["$set"]["sequence"]
        return await self._one(order, query, update)

    async def record_cancel(
        self, order: GiftOrder, refused: Sequence[str] = ()
    ) -> GiftOrder | None:
        """The store took the cancel, or refused it in these words; what follows from it is
        observed there."""
        fields: Document = {"due_at": None, "placing.cancel_sent_at": now()}
        fields["placing.cancel_refused"] = list(refused)
        if not refused:
            return await self._one(order, fence(order, "placed"), quietly(fields))
        # Nothing is under way any more, so that a person may ask for it again.
        fields |= {"placing.cancel_requested": None, "reasons": refusal_of(refused)}
        # Seen cancelled meanwhile, the store's no is of no account.
        query = {**fence(order, "placed"), "status": {"$in": IN_THE_STORE}}
        return await self._visibly(order, query, changing(fields))

    async def note_unknown(
        self, order: GiftOrder, reason: Reason, due_at: datetime
    ) -> GiftOrder | None:
        """Still placing, visibly without an answer from the store; looked at again when due."""
        query, fields = fence(order, order.phase), unknown_fields(order, reason, due_at)
        if any(one["code"] == reason.code for one in order.document["reasons"]):
            update = quietly(fields)
        else:
            query |= outbox_room(1)
            update = changing(fields)
        update["$inc"]["placing.failures"] = 1
        return await self._one(order, query, update)

    async def postpone(self, order: GiftOrder, due_at: datetime) -> GiftOrder | None:
        """Nothing happened and nothing is to be seen; looked at again when due."""
        update = quietly({"due_at": due_at})
        update["$inc"]["placing.failures"] = 1
        return await self._one(order, fence(order, order.phase), update)

    async def put_back(self, order: GiftOrder) -> GiftOrder | None:
        """intent -> approved, as if never begun; for a lane that is paused."""
        update = changing({"status": "approved", "placing.phase": None, **because(())})
        return await self._visibly(order, fence(order, "intent"), update)

    async def unknown_for(self, since: datetime) -> int:
        """How many orders have had no answer since then or longer."""
        query = {"placing.unknown_since": {"$type": "date", "$lte": since}}
        return int(await self._orders.count_documents(query))

    async def _visibly(
        self, order: GiftOrder, query: Document, update: Document
    ) -> GiftOrder | None:
        return await self._one(order, {**query, **outbox_room(1)}, update)

    async def _one(self, order: GiftOrder, query: Document, update: Any) -> GiftOrder | None:
        after = await self._orders.find_one_and_update(
            {"_id": order.id, **query}, update, return_document=ReturnDocument.AFTER
        )
        return None if after is None else GiftOrder(after)


def _free_for(order: GiftOrder, handle: str) -> Document:
    """Rule 1: where none is stored. Rule 5: never one that is discarded."""
    return {**fence(order, "intent"), "placing.discarded": {"$ne": handle}}


def _stored(handle: str) -> Document:
    return {"placing.handle": handle, "placing.prepared_at": now()}
