"""Where a list goes on: the id of the last item seen. Anything else is refused, or a program would read page one for ever."""

from typing import Annotated

from fastapi import Query

_ID = "_[0-9a-hjkmnp-tv-z]{26}$"
_WORDS = "`next_cursor` of the page before."
AssetCursor = Annotated[str | None, Query(pattern=f"^ast{_ID}", description=_WORDS)]
GenerationCursor = Annotated[str | None, Query(pattern=f"^gen{_ID}", description=_WORDS)]
EntryCursor = Annotated[str | None, Query(pattern=f"^ent{_ID}", description=_WORDS)]
