"""`/brands/{id}/templates`: a brand's own words for its mails, and which of them it wants."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from giftstream.brands import KnownBrands
from giftstream.events import Reason
from giftstream.http.access import Access, Caller
from giftstream.http.etags import check_if_match, etag
from giftstream.http.paging import Page
from giftstream.http.problems import Problem

from notification.api.template_views import (
    Template,
    TemplateEdit,
    TemplateSummary,
    summary_view,
    template_view,
)
from notification.mails.kinds import KINDS
from notification.mails.placeholders import Wording, wrongs_of
from notification.mails.wordings import Wordings

PATH = "/brands/{brand_id}/templates"


def templates_api(wordings: Wordings, brands: KnownBrands, access: Access) -> APIRouter:
    """The routes about templates."""
    router = APIRouter(tags=["templates"])
    _reading(router, wordings, brands, access)
    _writing(router, wordings, brands, access)
    return router


def _reading(router: APIRouter, wordings: Wordings, brands: KnownBrands, access: Access) -> None:
    reader = Annotated[Caller, Depends(access.require("messages:read"))]

    @router.get(PATH)
    async def list_templates(brand_id: str, caller: reader) -> Page[TemplateSummary]:
        """Every mail there is, and whether it goes out for this brand."""
        await _brand(brands, brand_id, caller)
        items = [summary_view(name, await wordings.get(brand_id, name)) for name in KINDS]
        return Page[TemplateSummary](items=items)

    @router.get(f"{PATH}/{{name}}")
    async def get_template(
        brand_id: str, name: str, caller: reader, response: Response
    ) -> Template:
        """The words of one mail, the brand's own or ours."""
        brand = await _brand(brands, brand_id, caller)
        _check_name(name)
        chosen = await wordings.get(brand_id, name)
        response.headers["ETag"] = etag(chosen["version"])
        return template_view(name, chosen, brand)


def _writing(router: APIRouter, wordings: Wordings, brands: KnownBrands, access: Access) -> None:
    writer = Annotated[Caller, Depends(access.require("messages:write"))]

    @router.put(f"{PATH}/{{name}}")
    async def put_template(
        brand_id: str,
        name: str,
        body: TemplateEdit,
        request: Request,
        caller: writer,
        response: Response,
    ) -> Template:
        """Save the brand's words. An unknown placeholder is refused with 422 and its name."""
        brand = await _brand(brands, brand_id, caller)
        _check_name(name)
        before = await wordings.get(brand_id, name)
        check_if_match(request, before["version"])
        _check_words(name, body)
        saved = await wordings.put(brand_id, name, before["version"], body.model_dump())
        if saved is None:
            raise Problem(412, "stale", "It was changed meanwhile; read it again and repeat.")
        response.headers["ETag"] = etag(saved["version"])
        return template_view(name, saved, brand)


async def _brand(brands: KnownBrands, brand_id: str, caller: Caller) -> str:
    """Its name, where the caller sees it; 404 else."""
    caller.sees(brand_id)
    brand = await brands.get(brand_id)
    if brand is None:
        raise Problem(404, "not_found", "There is no such brand.")
    return str(brand["name"])


def _check_name(name: str) -> None:
    if name not in KINDS:
        known = ", ".join(KINDS)
        raise Problem(404, "not_found", f"There is no such template; there are: {known}.")


def _check_words(name: str, body: TemplateEdit) -> None:
    wrongs = wrongs_of(Wording(body.subject or "", body.text or ""), KINDS[name].about)
    if wrongs:
        reasons = [Reason(code="invalid_request", detail=w.detail, path=w.field) for w in wrongs]
        raise Problem(
            422, "invalid_template", "The text cannot be used; see the reasons.", reasons[:20]
        )
