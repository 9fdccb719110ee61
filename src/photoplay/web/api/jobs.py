"""The queue, for the owner: what waits, what runs and where, what is held back, who works."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from photoplay import generation, jobs
from photoplay.bootstrap import Studio
from photoplay.generation import Board
from photoplay.web.deps import OwnerDep, StudioDep

router = APIRouter(prefix="/api/v1/admin", tags=["jobs"])


class Hold(BaseModel):
    """What to hold back: a provider (`openai`), a lane (`local/films`), or everything (empty)."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=80)
    reason: str = Field(default="", max_length=200)


class Move(BaseModel):
    """Where a queued generation shall stand in its lane: the first, the last, or by a priority, the highest first."""

    model_config = ConfigDict(extra="forbid")

    to: Literal["first", "last"] | Annotated[int, Field(ge=-1000, le=1000)]


class Moved(BaseModel):
    """Its priority from now on."""

    id: str
    priority: int


@router.get("/jobs", summary="The queue, what runs, and who works")
async def show(studio: StudioDep, owner: OwnerDep) -> Board:
    """Of what runs and what waits the first hundred each."""
    return await studio.runtime.db.read(lambda session: generation.board(session, studio.runtime))


@router.post("/jobs/pause", summary="Hold back what waits")
async def pause(studio: StudioDep, owner: OwnerDep, wanted: Hold) -> Board:
    """What is begun goes on; nothing more of it is begun until `resume`."""
    generation.check_pausable(studio.runtime, wanted.name)
    return await _changed(studio, lambda session: generation.pause(session, wanted.name, reason=wanted.reason))


@router.post("/jobs/resume", summary="Let it go on")
async def resume(studio: StudioDep, owner: OwnerDep, wanted: Hold) -> Board:
    """Ends a pause of the same name. One that is not there is no error."""
    return await _changed(studio, lambda session: generation.go_on(session, studio.runtime, wanted.name))


@router.post("/jobs/{generation_id}/move", summary="Change whose turn is next")
async def move(studio: StudioDep, owner: OwnerDep, generation_id: str, wanted: Move) -> Moved:
    """Only what waits can be moved."""
    priority = await studio.runtime.db.write(
        lambda session: generation.reorder(session, studio.runtime, generation_id, wanted.to)
    )
    return Moved(id=generation_id, priority=priority)


@router.post("/workers/{worker_id}/leave", status_code=204, summary="Send a worker away")
async def leave(studio: StudioDep, owner: OwnerDep, worker_id: str) -> Response:
    """It begins nothing new. A `photoplay work` ends, and others go on with what it had; a `photoplay serve` goes on serving."""
    await studio.runtime.db.write(lambda session: jobs.send_away(session, worker_id))
    return Response(status_code=204)


@router.post("/workers/{worker_id}/stay", status_code=204, summary="Let a worker stay after all")
async def stay(studio: StudioDep, owner: OwnerDep, worker_id: str) -> Response:
    """It begins new work again, if it is still there."""
    await studio.runtime.db.write(lambda session: jobs.send_away(session, worker_id, is_leaving=False))
    return Response(status_code=204)


async def _changed(studio: Studio, change: Callable[[Session], object]) -> Board:
    def _do(session: Session) -> Board:
        change(session)
        session.flush()
        return generation.board(session, studio.runtime)

    return await studio.runtime.db.write(_do)
