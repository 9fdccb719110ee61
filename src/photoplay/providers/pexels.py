"""Pexels: photographs and film clips by people, found by words and free. Nothing is made and nothing is ordered."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr, ValidationError

from photoplay.core.calls import Answer
from photoplay.core.http import Http
from photoplay.core.settings import Settings
from photoplay.providers._contract import (
    Absent,
    Delivery,
    Health,
    Json,
    Limits,
    ModelCard,
    Options,
    Order,
    RemoteFile,
    Ticket,
)
from photoplay.providers._errors import Failed, Invalid, ProviderError, Unreadable
from photoplay.providers._files import mime_of
from photoplay.providers._settings import ProviderSettings
from photoplay.providers._wire import Wire, refusal_by_status

VENDOR: Final = "Pexels"
LICENCE: Final = "Pexels License"
LICENCE_PAGE: Final = "https://www.pexels.com/license/"
_SHAPES: Final = {"1:1": "square", "16:9": "landscape", "9:16": "portrait"}
_NOTHING_TAKEN: Final = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""A search orders nothing, so it can be asked again after any fault."""


class Pexels(ProviderSettings):
    """Access to Pexels."""

    sandbox_path: ClassVar[str] = "/pexels"
    address: str = Field(
        "https://api.pexels.com", validation_alias="PEXELS_API_ADDRESS", description="Address of Pexels' API."
    )
    api_key: SecretStr = Field(
        SecretStr(""),
        validation_alias="PEXELS_API_KEY",
        description="Key of Pexels, free, from its page for developers.",
    )


class StockOptions(Options):
    """Settings of the search."""

    locale: str | None = Field(
        default=None, pattern=r"^[a-z]{2}-[A-Z]{2}$", description='Language of your words, such as "de-DE".'
    )
    color: (
        Literal[
            "red", "orange", "yellow", "green", "turquoise", "blue", "violet", "pink", "brown", "black", "gray", "white"
        ]
        | None
    ) = Field(default=None, description="The main colour.", json_schema_extra={"operations": ["stock-image"]})


class PexelsProvider:
    """Stock photographs and clips. The recipe names who made each one, its page and its licence."""

    name = "pexels"
    settings = Pexels

    def __init__(self) -> None:
        self.cards = CARDS

    async def submit(self, order: Order, http: Http) -> Delivery:
        """Searches, and takes the file that was asked for. The same words find the same file again, as long as it is there."""
        pick = int(str(order.params.get("pick") or 1))
        if order.operation == "stock-image":
            found = _read(await self._search(order, http, "/v1/search", pick), _Photos)
            return _photo(_picked(found.photos, pick, "photographs"))
        films = _read(await self._search(order, http, "/videos/search", pick), _Videos)
        return _clip(_picked(films.videos, pick, "clips"), _lines(order))

    async def _search(self, order: Order, http: Http, path: str, pick: int) -> Answer:
        params = order.params
        query = {
            "query": params["prompt"],
            "orientation": _SHAPES.get(str(params.get("aspect"))),
            "size": _least_size(_lines(order)) if order.operation == "stock-video" else None,
            "color": params.get("color"),
            "locale": params.get("locale"),
            "page": 1,
            "per_page": pick,
        }
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        return await _wire(order.access, http).ask("GET", f"{path}?{asked}")

    async def find(self, order: Order, http: Http) -> Absent:
        """A search is never kept: there is nothing to find, and nothing to pay."""
        return Absent()

    async def check(self, ticket: Ticket, order: Order, http: Http) -> Delivery:
        """There are no tickets."""
        raise Failed(f"{VENDOR} takes no orders. Ask again.")

    async def cancel(self, ticket: Ticket, order: Order, http: Http) -> None:
        """There is nothing to stop."""

    async def test(self, access: ProviderSettings, http: Http) -> Health:
        """Asks for one photograph of the day, which needs a good key."""
        answer = await _wire(access, http).ask("GET", "/v1/curated?per_page=1")
        left = answer.header("x-ratelimit-remaining")
        return Health(
            is_ok=True,
            message="The key is good.",
            balance=f"{int(left):,} searches left" if left and left.isdecimal() else None,
        )


def provider(settings: Settings) -> PexelsProvider:
    """The provider of this vendor."""
    return PexelsProvider()


def _picked(found: Sequence[Any], pick: int, word: str) -> Any:
    if len(found) >= pick:
        return found[pick - 1]
    if not found:
        raise Invalid(f"{VENDOR} has no {word} for these words. Try fewer or other words.")
    raise Invalid(f"{VENDOR} has only {len(found)} {word} for these words, so there is no number {pick}.")


def _photo(photo: "_Photo") -> Delivery:
    recipe = _recipe(photo.id, photo.url, photo.photographer, photo.photographer_url)
    if photo.alt:
        recipe["shows"] = photo.alt
    url = photo.src.original
    return Delivery((RemoteFile(url, mime_of(url, "image/jpeg")),), Decimal(0), recipe)


def _clip(film: "_Video", lines: int) -> Delivery:
    """Of the sizes of a clip the smallest that has the lines that were asked for, else the largest."""
    files = sorted((file for file in film.video_files if file.width and file.height), key=lambda file: file.lines)
    if not files:
        raise Unreadable(f"{VENDOR} found a clip and gives no file.")
    file = next((file for file in files if file.lines >= lines), files[-1])
    recipe = _recipe(film.id, film.url, film.user.name, film.user.url)
    return Delivery((RemoteFile(file.link, file.file_type or "video/mp4"),), Decimal(0), recipe)


def _recipe(number: int, page: str, photographer: str, photographer_page: str) -> dict[str, Json]:
    """What the licence asks to keep, and what its makers like to see: who, where, and on which terms."""
    return {
        "stock_id": number,
        "page": page,
        "photographer": photographer,
        "photographer_page": photographer_page,
        "licence": LICENCE,
        "licence_page": LICENCE_PAGE,
    }


def _lines(order: Order) -> int:
    size = str(order.params.get("size") or "1080p")
    return int(size.removesuffix("p")) if size.removesuffix("p").isdecimal() else 1080


def _least_size(lines: int) -> str:
    """How Pexels calls the least size of a clip."""
    return "large" if lines > 1080 else "medium" if lines > 720 else "small"


def _wire(access: ProviderSettings, http: Http) -> Wire:
    key = access.api_key.get_secret_value() if isinstance(access, Pexels) else ""
    return Wire(http, VENDOR, access.address, {"Authorization": key}, _refusal)


def _refusal(answer: Answer) -> ProviderError:
    body = answer.json()
    facts = body if isinstance(body, Mapping) else {}
    said = str(facts.get("error") or facts.get("code") or "")
    return refusal_by_status(VENDOR, answer, said, not_taken=_NOTHING_TAKEN)


def _card(name: str, title: str, about: str, **facts: Any) -> ModelCard:
    return ModelCard(
        id=f"pexels:{name}",
        name=title,
        vendor=VENDOR,
        about=about,
        options=StockOptions,
        is_trained=False,
        is_found=True,
        recovery="key",
        **facts,
    )


CARDS: Final = (
    _card(
        "photos",
        "Pexels photos",
        "Free photographs by people, with their names. Found, not made: the same words give the same one.",
        operations=("stock-image",),
        typical_seconds={"stock-image": 2.0},
    ),
    _card(
        "videos",
        "Pexels clips",
        "Free film clips by people, with their names. Found, not made: lengths are as they are.",
        operations=("stock-video",),
        limits={"stock-video": Limits(sizes=("1080p", "720p", "1440p", "2160p"))},
        typical_seconds={"stock-video": 4.0},
    ),
)


class _Sources(BaseModel):
    original: str


class _Photo(BaseModel):
    id: int
    url: str
    photographer: str
    photographer_url: str
    alt: str | None = None
    src: _Sources


class _Photos(BaseModel):
    photos: list[_Photo]


class _User(BaseModel):
    name: str
    url: str


class _File(BaseModel):
    link: str
    file_type: str | None = None
    width: int | None = None
    height: int | None = None

    @property
    def lines(self) -> int:
        """The shorter edge."""
        return min(self.width or 0, self.height or 0)


class _Video(BaseModel):
    id: int
    url: str
    user: _User
    video_files: list[_File]


class _Videos(BaseModel):
    videos: list[_Video]


def _read(answer: Answer, shape: type[Any]) -> Any:
    try:
        return shape.model_validate(answer.json())
    except ValidationError as error:
        raise Unreadable(f"{VENDOR} answered something that we cannot read.") from error
