"""From a template and its data to HTML: the environment, its filters, and the shell that every page carries."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from photoplay.core import clock as time_source
from photoplay.web.compiled import CompiledTemplates
from photoplay.web.marks import STATES, counted, file_of, in_line, ratio, swatches

Theme = Literal["system", "dark", "light"]
STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


class NavItem(NamedTuple):
    """One item of the rail."""

    name: str
    word: str
    href: str
    icon: str


NAV_ITEMS = (
    NavItem("create", "Create", "/create", "wand-sparkles"),
    NavItem("library", "Library", "/library", "images"),
    NavItem("campaigns", "Campaigns", "/campaigns", "briefcase"),
    NavItem("settings", "Settings", "/settings", "settings-2"),
)


@dataclass(frozen=True)
class Undo:
    """What was just done, and the form that takes it back; without a `path` it stays done."""

    words: str
    path: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Shell:
    """What the frame of the studio shows on every page. Dollars for an unmetered account, credits for a metered one."""

    viewer_name: str
    csrf_token: str
    theme: Theme = "system"
    running: int = 0
    metered: bool = False
    month_usd: Decimal = Decimal(0)
    budget_usd: Decimal | None = None
    held_usd: Decimal = Decimal(0)
    credits: int = 0
    held_credits: int = 0
    in_sandbox: bool = False
    """Whether every vendor is simulated, which each page says."""
    trash_days: int = 30
    """Days a deleted asset can be brought back."""
    undo: Undo | None = None
    """What was done a moment ago and can be taken back: said on the pages of the settings."""

    @property
    def initials(self) -> str:
        """At most two letters for the round picture: "Mara Kolb" is "MK"."""
        words = [word for word in self.viewer_name.split() if word[0].isalnum()]
        return "".join(word[0].upper() for word in (words[:1] + words[1:][-1:]))


def theme_of(cookies: Mapping[str, str]) -> Theme:
    """The theme a browser asked for by its cookie `theme`; anything unknown follows the system."""
    match cookies.get("theme"):
        case "dark":
            return "dark"
        case "light":
            return "light"
        case _:
            return "system"


def render(template: str, **context: object) -> str:
    """The HTML of a template. A page needs `shell`. A name that the context lacks raises."""
    return _environment().get_template(template).render(**context)


def static(path: str) -> str:
    """The address of a file under `static`, with a mark of its content so that it may be kept for ever."""
    return f"/static/{path}?v={_mark_of(path)}"


def icon(name: str, extra: str = "") -> Markup:
    """One icon of the sprite. Beside a word it is silent; alone it needs a control with a name around it."""
    href = f"{static('icons.svg')}#{name}"
    return Markup('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>').format(extra, href)


def money(amount: Decimal | str | float | int) -> str:
    """Dollars as people read them: two places, more only below a cent ("$0.0004")."""
    value = Decimal(str(amount))
    if value and abs(value) < Decimal("0.01"):
        return f"${value.quantize(Decimal('0.000001')).normalize():f}"
    return f"${value:,.2f}"


def clock(seconds: float | None) -> str:
    """The length of a film or a sound: 8.2 is "0:08"."""
    whole = round(seconds or 0)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def wait(seconds: float | None) -> str:
    """A time to wait, in words: 9 is "9 s", 95 is "2 min"."""
    whole = max(1, round(seconds or 0))
    if whole < 90:
        return f"{whole} s"
    return f"{round(whole / 60)} min" if whole < 5400 else f"{round(whole / 3600)} h"


def size(size_bytes: int) -> str:
    """Bytes as people read them: "1.3 MB"."""
    value, units = float(size_bytes), ["B", "kB", "MB", "GB"]
    while value >= 1000 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.0f} {units[0]}" if units[0] in ("B", "kB") else f"{value:.1f} {units[0]}"


def when(moment: datetime | str, now: datetime | None = None) -> str:
    """A moment in UTC as people say it: "Today 09:41", "Yesterday 18:02", "3 Nov 2025"; to come: "Tomorrow 14:20"."""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    days = ((now or time_source.now()).date() - at.date()).days
    if days in (-1, 0, 1):
        return f"{('Today', 'Yesterday', 'Tomorrow')[days]} {at:%H:%M}"
    return f"{at.day} {at:%b %Y}" if days > 0 else f"{at.day} {at:%b %H:%M}"


def moment(at: datetime, *, in_sentence: bool = False) -> Markup:
    """A moment that was, in UTC; the page says it in the time of who reads. In a sentence it begins small: "since today 09:41"."""
    words = when(at)
    words = words[0].lower() + words[1:] if in_sentence else words
    mark = Markup(" data-in-sentence") if in_sentence else Markup()
    return Markup('<time datetime="{}" data-js="local-time"{}>{}</time>').format(at.isoformat(), mark, words)


def days(count: int) -> str:
    """A number of days, in words: "1 day", "30 days"."""
    return f"{count} {'day' if count == 1 else 'days'}"


def left(moment: datetime) -> str:
    """The time until a moment, in words: "4 min"."""
    return wait((moment - time_source.now()).total_seconds())


def later(moment: datetime | None) -> Markup:
    """A moment that lies ahead, in UTC; the page says it in the time of who reads it."""
    if moment is None:
        return Markup("later")
    words = f"{moment.day} {moment:%b %H:%M} UTC"
    return Markup('<time datetime="{}" data-js="local-time">{}</time>').format(moment.isoformat(), words)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        bytecode_cache=CompiledTemplates(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=static, icon=icon, ratio=ratio, swatches=swatches, file_of=file_of)
    environment.globals.update(nav_items=NAV_ITEMS, states=STATES)
    environment.filters.update(
        money=money, clock=clock, wait=wait, size=size, when=when, moment=moment, later=later, left=left, days=days
    )
    environment.filters.update(in_line=in_line, counted=counted)
    return environment


@cache
def _mark_of(path: str) -> str:
    file = STATIC / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else "0"
