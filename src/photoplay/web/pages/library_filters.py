"""What the library shows, as it stands in its address: read from a query, written back, and told to the assets."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from photoplay.assets import AssetFilter
from photoplay.web.filing import campaigns_named

Name = Literal["q", "kind", "model", "campaign", "state", "when", "order"]
STATES = (
    ("", "Kept", "images"),
    ("running", "Under way", "loader"),
    ("failed", "Failed", "triangle-alert"),
    ("trashed", "Trash", "trash-2"),
)


@dataclass(frozen=True)
class LibraryFilters:
    """The filters. `campaign` is the id of one, or of a client.

    `when` is "today", "week", "2026-11" or "2026-11-03..2026-11-09", open at either end.
    """

    q: str = ""
    kind: str = ""
    model: str = ""
    campaign: str = ""
    state: str = ""
    when: str = ""
    order: str = "newest"

    def __getitem__(self, name: Name) -> str:
        return str(getattr(self, name))

    @property
    def search(self) -> str:
        """The query of the address, from its question mark; empty when nothing is set."""
        chosen = {field.name: self[cast(Name, field.name)] for field in fields(self)}
        query = urlencode({name: value for name, value in chosen.items() if value != getattr(_EVERYTHING, name)})
        return f"?{query}" if query else ""

    def address(self, name: Name, value: str) -> str:
        """The library with one filter changed."""
        return f"/library{replace(self, **{name: value}).search}"

    def span(self, today: date) -> tuple[datetime | None, datetime | None]:
        """The first moment and the moment after the last one, in UTC."""
        first, last = _days(self.when, today)
        return _start(first), _start(last + timedelta(days=1)) if last else None


_EVERYTHING = LibraryFilters()


def filters_of(query: Mapping[str, str]) -> LibraryFilters:
    """The filters that an address asks for; what is not known is left out."""
    given = {name: query[name].strip() for name in get_args(Name) if query.get(name)}
    if given.get("kind") not in ("image", "video", "audio"):
        given.pop("kind", None)
    if given.get("state") not in ("running", "failed", "trashed"):
        given.pop("state", None)
    if given.get("order") != "oldest":
        given.pop("order", None)
    return LibraryFilters(**given)


def campaigns_in(session: Session, owner_id: str, filters: LibraryFilters) -> tuple[str, ...] | None:
    """The campaigns whose things are shown; None for everything. Raises `CampaignNotFound`, `ClientNotFound`."""
    is_client = filters.campaign.startswith("cli_")
    name = "client" if is_client else "campaign"
    return campaigns_named(session, owner_id, **{"campaign": None, "client": None, name: filters.campaign or None})


def asset_filter_of(
    filters: LibraryFilters, today: date, *, trashed: bool = False, campaigns: tuple[str, ...] | None = None
) -> AssetFilter:
    """The same filters for the assets' room. What is under way or failed is no asset, so then: all kept ones."""
    made_from, made_before = filters.span(today)
    return AssetFilter(
        kind=filters.kind or None,
        model=filters.model or None,
        state="trashed" if trashed or filters.state == "trashed" else "kept",
        made_from=made_from,
        made_before=made_before,
        words=filters.q,
        campaigns=campaigns,
        order="oldest" if filters.order == "oldest" else "newest",
    )


def month_word(month: str) -> str:
    """A month as people say it: "2026-11" is "November 2026"."""
    return f"{date.fromisoformat(f'{month}-01'):%B %Y}"


def _days(when: str, today: date) -> tuple[date | None, date | None]:
    match when:
        case "":
            return None, None
        case "today":
            return today, None
        case "week":
            return today - timedelta(days=6), None
        case _:
            return _month(when) if len(when) == 7 else (_day(when.partition("..")[0]), _day(when.partition("..")[2]))


def _month(month: str) -> tuple[date | None, date | None]:
    first = _day(f"{month}-01")
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if first else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _start(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
