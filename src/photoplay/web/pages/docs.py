"""The API reference, written from the OpenAPI document by the studio itself, so that it works offline."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from photoplay.web.deps import StudioDep, ViewerDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.reference import error_entries, resources_of, shape_in_words, shapes_of
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/docs", response_class=HTMLResponse)
async def docs(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """Every resource with its routes, and the shapes they take and give."""
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    document: dict[str, Any] = request.app.openapi()
    address = str(request.base_url).rstrip("/")
    facts: dict[str, object] = {
        "resources": resources_of(document, address),
        "shapes": shapes_of(document),
        "address": address,
    }
    facts["words"] = shape_in_words
    return HTMLResponse(render("docs.html", shell=shell, **facts))


@router.get("/docs/errors", response_class=HTMLResponse)
async def errors(request: Request, studio: StudioDep, viewer: ViewerDep) -> HTMLResponse:
    """Every code an answer may carry; an error's `docs` leads to its line here."""
    shell = await studio.runtime.db.read(lambda session: shell_for(request, session, viewer))
    return HTMLResponse(render("docs_errors.html", shell=shell, errors=error_entries()))
