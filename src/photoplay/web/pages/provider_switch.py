"""The forms on a vendor's page about the vendor as a whole: off or on, and its usual model for each operation."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from photoplay import generation
from photoplay.core.errors import PhotoplayError
from photoplay.web.deps import PageOwnerDep, StudioDep
from photoplay.web.pages.provider_forms import filled_in
from photoplay.web.pages.providers import PATH, back_to, with_trouble
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo

router = APIRouter(include_in_schema=False)
_USUAL: Final = "usual."


@router.post(PATH + "/{name}/switch")
async def switch(
    request: Request, studio: StudioDep, owner: PageOwnerDep, name: str, is_on: Annotated[bool, Form()]
) -> Response:
    """Off: it takes no new orders, and the pages of the settings can undo it. On: as before."""
    runtime = studio.runtime
    await runtime.db.write(
        lambda session: generation.switch_vendor(session, runtime, name, {"is_on": is_on}, set_by=owner.name)
    )
    if is_on:
        return settled(back_to(name, "main"))
    title = runtime.vendors.title_of(name)
    undo = Undo(f"{title} is switched off. It takes no new orders.", f"{PATH}/{name}/switch", {"is_on": "true"})
    return removed(request, f"{PATH}/{name}", undo)


@router.post(PATH + "/{name}/usual")
async def set_usual(request: Request, studio: StudioDep, owner: PageOwnerDep, name: str) -> Response:
    """Keeps the model for each operation that is meant where the vendor alone is named; an empty one is left to the studio."""
    typed = await filled_in(request)
    usual = {key.removeprefix(_USUAL): value or None for key, value in typed.items() if key.startswith(_USUAL)}
    changes, runtime = {"default_models": usual}, studio.runtime
    try:
        await runtime.db.write(
            lambda session: generation.switch_vendor(session, runtime, name, changes, set_by=owner.name)
        )
    except PhotoplayError as error:
        return await with_trouble(request, studio, owner, name, error=error, place="usual", typed=typed)
    return back_to(name, "usual")
