"""Routes of store connections."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match, etag
from giftstream.http.idempotency import IdempotencyKeys, idempotent
from giftstream.http.paging import Page, Paged
from giftstream.http.problems import Problem
from giftstream.mongo import Document
from giftstream.outbox import Outbox

from store_sync.api.bodies import (
    PatchedStore,
    PostedStore,
    ShownChecked,
    ShownStore,
    shown_checked,
    shown_store,
)
from store_sync.change_store import ChangeStore, Edit
from store_sync.check_store import Checked, CheckStore
from store_sync.connect_store import ConnectStore, NewStore
from store_sync.connections import COLLECTION, Connections
from store_sync.disconnect_store import DisconnectStore
from store_sync.end_old_secret import EndOldSecret
from store_sync.publish_now import publish_now


class StoreUseCases:
    """What the routes call."""

    def __init__(
        self,
        connections: Connections,
        connect: ConnectStore,
        change: ChangeStore,
        disconnect: DisconnectStore,
        check: CheckStore,
        end_old_secret: EndOldSecret,
        outbox: Outbox,
    ) -> None:
        self._connections = connections
        self._connect = connect
        self._change = change
        self._disconnect = disconnect
        self._check = check
        self.end_old_secret = end_old_secret
        self._outbox = outbox

    async def visible(self, caller: Caller, store_id: str) -> Document:
        """The connection, 404 for another brand's."""
        connection = await self._connections.get(store_id)
        if connection is None:
            raise Problem(404, "not_found", "There is no such thing here.")
        caller.sees(connection["brand_id"])
        return connection

    async def connect(self, new: NewStore, store_id: str) -> ShownStore:
        """Connect, and register the webhooks; what fails of those is repaired by itself."""
        connection = await self._connect(new, store_id)
        await self._publish(store_id)
        return shown_store((await self.check(connection)).connection)

    async def change(self, connection: Document, edit: Edit) -> Document:
        """Change, and with new credentials register the webhooks anew."""
        changed = await self._change(connection, edit)
        await self._publish(changed["_id"])
        return changed

    async def disconnect(self, connection: Document) -> None:
        """Disconnect, and say so."""
        await self._disconnect(connection)
        await self._publish(connection["_id"])

    async def check(self, connection: Document) -> Checked:
        """Check, repair, and say what changed."""
        checked = await self._check(connection)
        await self._publish(connection["_id"])
        return checked

    async def _publish(self, store_id: str) -> None:
        await publish_now(self._outbox, COLLECTION, [store_id])

    async def page(self, brand_id: str | None, after: str | None, limit: int) -> list[Document]:
        """Connections by id."""
        return await self._connections.page(brand_id, after, limit)


def stores_api(access: Access, keys: IdempotencyKeys, stores: StoreUseCases) -> APIRouter:
    """POST/GET /stores, GET/PATCH/DELETE /stores/{id}, POST /stores/{id}/check."""
    router = APIRouter(tags=["stores"])
    _add_reading(router, access, stores)
    _add_writing(router, access, keys, stores)
    return router


def _add_reading(router: APIRouter, access: Access, stores: StoreUseCases) -> None:
    reader = Annotated[Caller, Depends(access.require("stores:read"))]

    @router.get("/stores")
    async def list_stores(
        paging: Paged, caller: reader, brand_id: str | None = None
    ) -> Page[ShownStore]:
        brand = brand_id if caller.kind == "admin" else caller.brand_id
        if caller.kind == "brand" and brand_id not in (None, brand):
            return Page[ShownStore](items=[])
        after = paging.after(str)
        found = await stores.page(brand, str(after[0]) if after else None, paging.limit + 1)
        return paging.page([shown_store(one) for one in found], lambda one: (one.store_id,))

    @router.get("/stores/{store_id}")
    async def get_store(store_id: str, response: Response, caller: reader) -> ShownStore:
        connection = await stores.visible(caller, store_id)
        response.headers["ETag"] = etag(connection["revision"])
        return shown_store(connection)


def _add_writing(
    router: APIRouter, access: Access, keys: IdempotencyKeys, stores: StoreUseCases
) -> None:
    writer = Annotated[Caller, Depends(access.require("stores:write"))]

    @router.post("/stores", status_code=201, response_model=ShownStore)
    async def connect_store(body: PostedStore, request: Request, caller: writer) -> Response:
        new = _new_store(body, caller)
        return await idempotent(
            request, caller, keys, body, lambda store_id: stores.connect(new, store_id)
        )

    @router.patch("/stores/{store_id}")
    async def change_store(
        store_id: str, body: PatchedStore, request: Request, response: Response, caller: writer
    ) -> ShownStore:
        connection = await stores.visible(caller, store_id)
        check_if_match(request, connection["revision"])
        changed = await stores.change(connection, _edit(body))
        response.headers["ETag"] = etag(changed["revision"])
        return shown_store(changed)

    @router.delete("/stores/{store_id}", status_code=204)
    async def disconnect_store(store_id: str, caller: writer) -> None:
        await stores.disconnect(await stores.visible(caller, store_id))

    @router.delete("/stores/{store_id}/old-webhook-secret", status_code=204)
    async def end_old_webhook_secret(store_id: str, caller: writer) -> None:
        await stores.end_old_secret(await stores.visible(caller, store_id))

    @router.post("/stores/{store_id}/check")
    async def check_store(store_id: str, caller: writer) -> ShownChecked:
        return shown_checked(await stores.check(await stores.visible(caller, store_id)))


def _new_store(body: PostedStore, caller: Caller) -> NewStore:
    brand_id = body.brand_id or caller.brand_id
    if brand_id is None:
        raise Problem(422, "brand_missing", "Name the brand: `brand_id`.")
    caller.sees(brand_id)
    return NewStore(
        brand_id=brand_id,
        platform=body.platform,
        name=body.name,
        shop=body.shop,
        base_url=body.base_url,
        access_token=body.credentials.access_token,
        webhook_secret=body.credentials.webhook_secret,
        countries=body.countries,
        shipping=body.shipping,
        requires_phone=body.requires_phone,
        label=body.label,
    )


def _edit(body: PatchedStore) -> Edit:
    given = body.credentials
    return Edit(
        body.settings(),
        given.access_token if given else None,
        given.webhook_secret if given else None,
    )
