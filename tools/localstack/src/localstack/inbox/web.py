"""The inbox for people: plain pages without a script, and mails shut in a frame of their own."""

from datetime import UTC, datetime
from importlib.resources import files
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from localstack.inbox.mails import Mails

A_PAGE = 100

_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_PAGE = _SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
# A mail may hold anything: no script, no request to anywhere, an origin of nobody.
_MAIL = _SAFE | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
}


def _received(mail_id: str) -> str:
    moment = datetime.fromtimestamp(int(mail_id) / 1e9, UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


_ENVIRONMENT = Environment(
    loader=PackageLoader("localstack.inbox", "pages"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
)
_ENVIRONMENT.filters["received"] = _received


def page_routes(mails: Mails) -> APIRouter:
    """The list, one mail, and what they are made of."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def list_page(
        to: str | None = None, before: Annotated[str, Query(pattern=r"^\d{0,30}$")] = ""
    ) -> Response:
        found = mails.newest(to=to, before=before, limit=A_PAGE + 1)
        older = found[A_PAGE - 1]["id"] if len(found) > A_PAGE else None
        shown = found[:A_PAGE]
        return _page("list.html", mails=shown, to=to, before=before, older=older)

    @router.get("/messages/{mail_id}/view")
    async def mail_page(mail_id: str) -> Response:
        if (mail := mails.get(mail_id)) is None:
            raise HTTPException(404, "no such message")
        return _page("mail.html", mail=mail)

    @router.get("/messages/{mail_id}/html")
    async def mail_html(mail_id: str) -> Response:
        mail = mails.get(mail_id)
        if mail is None or mail["html"] is None:
            raise HTTPException(404, "no such message, or none in HTML")
        # Links open beside the inbox, not in the small frame.
        html = mail["html"].replace("<head>", '<head><base target="_blank">', 1)
        return HTMLResponse(html, headers=_MAIL)

    @router.get("/inbox.css")
    async def style() -> Response:
        css = (files("localstack.inbox") / "pages" / "inbox.css").read_bytes()
        return Response(css, media_type="text/css", headers=_SAFE)

    return router


def _page(template: str, **words: object) -> Response:
    return HTMLResponse(_ENVIRONMENT.get_template(template).render(words), headers=_PAGE)
