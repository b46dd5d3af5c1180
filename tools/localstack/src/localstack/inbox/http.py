"""The JSON side of the inbox: what came, and what shall go wrong."""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query

from localstack.inbox.faults import Fault, Faults
from localstack.inbox.mails import Mail, Mails
from localstack.inbox.web import page_routes

MOST = 1000


def create_app(mails: Mails, faults: Faults) -> FastAPI:
    """The routes of the inbox."""
    app = FastAPI(title="giftstream local inbox")
    app.include_router(page_routes(mails))
    app.include_router(mail_routes(mails))
    app.include_router(fault_routes(faults))

    @app.get("/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


def mail_routes(mails: Mails) -> APIRouter:
    """What came."""
    router = APIRouter()

    @router.get("/messages")
    async def list_messages(
        to: str | None = None,
        subject: str | None = None,
        cursor: str = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> dict[str, Any]:
        found = mails.find(to=to, subject=subject, after=cursor, limit=limit + 1)
        following = found[limit - 1]["id"] if len(found) > limit else None
        return {"items": [_shown(mail) for mail in found[:limit]], "next": following}

    @router.get("/messages/{mail_id}")
    async def get_message(mail_id: str) -> dict[str, Any]:
        if (mail := mails.get(mail_id)) is None:
            raise HTTPException(404, "no such message")
        return _shown(mail)

    @router.delete("/messages")
    async def delete_messages() -> dict[str, int]:
        return {"deleted": mails.remove_all()}

    return router


def fault_routes(faults: Faults) -> APIRouter:
    """What shall go wrong."""
    router = APIRouter()

    @router.post("/_faults", status_code=201)
    async def set_fault(fault: Fault) -> Fault:
        faults.set(fault)
        return fault

    @router.get("/_faults")
    async def list_faults() -> dict[str, list[Fault]]:
        return {"items": faults.waiting()}

    @router.delete("/_faults")
    async def clear_faults() -> dict[str, str]:
        faults.clear()
        return {"status": "ok"}

    return router


def _shown(mail: Mail) -> dict[str, Any]:
    # `from` is no name for a field in Python.
    return {("from" if name == "sender" else name): value for name, value in mail.items()}
