"""Models that end: one press moves everybody's presets to what takes the place of one, another takes that back."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from photoplay import generation
from photoplay.generation import MovedPresets
from photoplay.web.deps import PageOwnerDep, StudioDep
from photoplay.web.pages.provider_forms import filled_in
from photoplay.web.pages.provider_words import counted_word
from photoplay.web.pages.way_back import removed, settled
from photoplay.web.templating import Undo

router = APIRouter(include_in_schema=False)
_HERE: Final = "/settings/endings"
_LIST: Final = "/settings/providers"
_MOST_TAKEN_BACK: Final = 60
"""So many ids the line that offers the way back can keep."""


@router.post(_HERE)
async def move(request: Request, studio: StudioDep, owner: PageOwnerDep) -> RedirectResponse:
    """Moves everybody's presets from a model that ends to what takes its place, and says how to take that back."""
    model = (await filled_in(request)).get("model", "")
    known = studio.runtime.catalog
    moved = await studio.runtime.db.write(lambda session: generation.move_to_heir(session, known, model))
    count = len(moved.presets)
    words = f"{counted_word(count, 'preset')} moved from {known.name_of(moved.model)} to {known.name_of(moved.heir)}."
    if count > _MOST_TAKEN_BACK:
        return removed(request, _LIST, Undo(f"{words} They are too many to be moved back in one press.", "", {}))
    fields = {"model": moved.model, "heir": moved.heir, "presets": " ".join(moved.presets)}
    return removed(request, _LIST, Undo(words, f"{_HERE}/back", fields))


@router.post(f"{_HERE}/back")
async def move_back(request: Request, studio: StudioDep, owner: PageOwnerDep) -> RedirectResponse:
    """Lets the presets that were just moved name the model again that they named."""
    typed = await filled_in(request)
    moved = MovedPresets(typed.get("model", ""), typed.get("heir", ""), typed.get("presets", "").split())
    known = studio.runtime.catalog
    await studio.runtime.db.write(lambda session: generation.move_back(session, known, moved))
    return settled(RedirectResponse(f"{_LIST}#endings", status_code=303))
