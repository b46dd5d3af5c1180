"""The JSON side of the inbox: what came, and what shall go wrong."""

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query

from localstack.inbox.faults import Fault, Faults
from localstack.inbox.mails import Mail, Mails

MOST = 1000


def create_app(mails: Mails, faults: Faults) -> FastAPI:
    """The routes of the inbox; `from` is not a name in Python, so mails are rendered here."""
    app = FastAPI(title="giftstream local inbox")

    @app.get("/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/messages")
    async def list_messages(
        to: str | None = None,
        subject: str | None = None,
        cursor: str = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
    ) -> dict[str, Any]:
        found = mails.find(to=to, subject=subject, after=cursor, limit=limit + 1)
        following = found[limit - 1]["id"] if len(found) > limit else None
        return {"items": [_shown(mail) for mail in found[:limit]], "next": following}

    @app.get("/messages/{mail_id}")
    async def get_message(mail_id: str) -> dict[str, Any]:
        if (mail := mails.get(mail_id)) is None:
            raise HTTPException(404, "no such message")
        return _shown(mail)

    @app.delete("/messages")
    async def delete_messages() -> dict[str, int]:
        return {"deleted": mails.remove_all()}

    @app.post("/_faults", status_code=201)
    async def set_fault(fault: Fault) -> Fault:
        faults.set(fault)
        return fault

    @app.get("/_faults")
    async def list_faults() -> dict[str, list[Fault]]:
        return {"items": faults.waiting()}

    @app.delete("/_faults")
    async def clear_faults() -> dict[str, str]:
        faults.clear()
        return {"status": "ok"}

    return app


def _shown(mail: Mail) -> dict[str, Any]:
    return {("from" if name == "sender" else name): value for name, value in mail.items()}
