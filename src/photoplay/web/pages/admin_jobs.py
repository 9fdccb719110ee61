"""The queue as a page for the owner: lanes, workers, what runs and what waits, each with what can be done about it."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.orm import Session

from photoplay import generation, jobs
from photoplay.bootstrap import Studio
from photoplay.core.errors import PhotoplayError
from photoplay.web.deps import OwnerDep, StudioDep
from photoplay.web.pages.shell import shell_for
from photoplay.web.templating import render

router = APIRouter(include_in_schema=False)
_HERE = "/admin/jobs"


@router.get(_HERE, response_class=HTMLResponse)
async def show_jobs(request: Request, studio: StudioDep, owner: OwnerDep, trouble: str = "") -> HTMLResponse:
    """The page; its middle is read anew every two seconds. `trouble`: what could not be done just now."""
    shell, board = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, owner), generation.board(session, studio.runtime))
    )
    is_alone = studio.runtime.db.is_sqlite
    return HTMLResponse(render("jobs.html", shell=shell, board=board, trouble=trouble[:200], is_alone=is_alone))


@router.get(f"{_HERE}/board", response_class=HTMLResponse)
async def show_board(request: Request, studio: StudioDep, owner: OwnerDep) -> HTMLResponse:
    """The middle of the page alone."""
    shell, board = await studio.runtime.db.read(
        lambda session: (shell_for(request, session, owner), generation.board(session, studio.runtime))
    )
    return HTMLResponse(render("_jobs_board.html", shell=shell, board=board, is_alone=studio.runtime.db.is_sqlite))


@router.post(f"{_HERE}/pause")
async def pause(
    studio: StudioDep,
    owner: OwnerDep,
    name: Annotated[str, Form(max_length=80)] = "",
    reason: Annotated[str, Form(max_length=200)] = "",
) -> RedirectResponse:
    """Holds back everything, a provider or a lane."""
    generation.check_pausable(studio.runtime, name)
    return await _do(studio, lambda session: generation.pause(session, name, reason=reason))


@router.post(f"{_HERE}/resume")
async def resume(
    studio: StudioDep, owner: OwnerDep, name: Annotated[str, Form(max_length=80)] = ""
) -> RedirectResponse:
    """Lets it go on."""
    return await _do(studio, lambda session: generation.go_on(session, studio.runtime, name))


@router.post(f"{_HERE}/{{generation_id}}/move")
async def move(
    studio: StudioDep, owner: OwnerDep, generation_id: str, to: Annotated[Literal["first", "last"], Form()]
) -> RedirectResponse:
    """The first or the last of its lane."""
    return await _do(studio, lambda session: generation.reorder(session, studio.runtime, generation_id, to))


@router.post("/admin/workers/{worker_id}/leave")
async def leave(studio: StudioDep, owner: OwnerDep, worker_id: str) -> RedirectResponse:
    """Sends a worker away."""
    return await _do(studio, lambda session: jobs.send_away(session, worker_id))


@router.post("/admin/workers/{worker_id}/stay")
async def stay(studio: StudioDep, owner: OwnerDep, worker_id: str) -> RedirectResponse:
    """Lets it stay after all."""
    return await _do(studio, lambda session: jobs.send_away(session, worker_id, is_leaving=False))


async def _do(studio: Studio, change: Callable[[Session], object]) -> RedirectResponse:
    """Back to the page, with a word where the board was out of date: what waited may have begun meanwhile."""
    try:
        await studio.runtime.db.write(change)
    except PhotoplayError as late:
        return RedirectResponse(f"{_HERE}?trouble={quote(late.message)}", status_code=303)
    return RedirectResponse(_HERE, status_code=303)
