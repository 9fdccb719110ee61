"""What the pages of vendors say in words: states, records, accounts, prices."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from photoplay.catalog import ModelView, ProviderView, VendorAccountView
from photoplay.generation import EndingModel, VendorRecord
from photoplay.operations import find_operation
from photoplay.web.templating import wait
from photoplay.web.vendor_reports import ProviderReport


class StateWords(NamedTuple):
    """How a vendor's state is shown, and over which group it stands in the list."""

    word: str
    icon: str
    tone: str
    group: str


STATES: Final[Mapping[str, StateWords]] = {
    "resting": StateWords("Resting", "clock", "running", "Resting"),
    "ready": StateWords("Ready", "circle-check", "ready", "Ready"),
    "no_key": StateWords("Needs a key", "key-round", "queued", "Need a key"),
    "off": StateWords("Off", "pause", "queued", "Switched off"),
    "unavailable": StateWords("Unavailable", "circle-slash", "queued", "Cannot be used"),
}
"""In the order of the list: what asks for attention first."""
TURNS: Final = {
    "first": "Before the others",
    "equal": "Beside the others",
    "last": "Only when the others take no more",
}
UNITS: Final = {
    "image": "a picture",
    "megapixel": "a megapixel",
    "second": "a second",
    "minute": "a minute",
    "1k-characters": "1,000 characters",
    "run": "a run",
    "song": "a song",
    "free": "nothing: it is free",
}
LIVES: Final = {
    "active": "Offered",
    "deprecated": "Offered until a day",
    "retired": "Retired here",
    "unavailable": "Not available here",
}


def state_of(view: ProviderView) -> StateWords:
    """How the state of a vendor is shown; a server of one's own needs an address, not a key."""
    words = STATES[view.state]
    return words._replace(word="Needs an address") if view.state == "no_key" and is_own(view) else words


def is_own(view: ProviderView) -> bool:
    """Whether its accounts are servers of one's own, which have no address before one gives it."""
    return any(one.name == "address" and one.is_needed for one in view.fields)


def takes_keys(view: ProviderView) -> bool:
    """Whether there is anything to keep of an account: this machine needs none."""
    return any(one.is_secret or one.is_needed for one in view.fields)


def models_in_words(view: ProviderView) -> str:
    """How many models can be ordered: "12 models"."""
    return counted_word(len(view.models), "model")


def record_in_words(record: VendorRecord) -> str:
    """How a vendor has served: "24 orders in 7 days, 96 % came back, usually 4 s"; empty without orders."""
    if not record.orders:
        return ""
    parts = [f"{counted_word(record.orders, 'order')} in 7 days"]
    if record.success_share is not None:
        parts.append(f"{record.success_share:.0%} came back".replace("%", " %"))
    if record.median_seconds is not None:
        parts.append(f"usually {wait(record.median_seconds)}".replace(" s", "\u00a0s"))
    return ", ".join(parts)


def account_in_words(account: VendorAccountView, view: ProviderView, at_work: int) -> str:
    """What an account takes, and what it has at work."""
    flight = f"at most {counted_word(account.in_flight, 'order')} at once" if account.in_flight else ""
    pace = f"{account.requests_per_minute:,} a minute" if account.requests_per_minute else ""
    tokens = f"{account.tokens_per_minute:,} tokens a minute" if account.tokens_per_minute else ""
    turn = TURNS[account.turn].lower() if account.turn != "equal" else ""
    now = f"{counted_word(at_work, 'order')} out now" if at_work else "nothing out now"
    return "; ".join(
        part for part in (now, flight or "no limit at once", pace, tokens, turn and f"asked {turn}") if part
    )


def removal_in_words(account: VendorAccountView, view: ProviderView, at_work: int) -> str:
    """What happens when an account is removed: what runs on it, and what is left."""
    others = [one for one in view.accounts or [] if one.id != account.id and one.is_usable]
    running = (
        f"{counted_word(at_work, 'order')} out with it now {'are' if at_work != 1 else 'is'} still followed to the end; "
        "then the key is deleted."
        if at_work
        else "No order is out with it. The key is deleted."
    )
    left = (
        ""
        if others or not account.is_usable
        else f" It is the last one that can be used: nothing can be ordered from {view.title} without it."
    )
    return f"{running}{left}"


def operation_words(name: str) -> str:
    """An operation as people read it."""
    return find_operation(name).title


def usual_choices(models: Iterable[ModelView]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """For each operation that several models of a vendor do: its name, its words, and the models to choose from."""
    able: dict[str, list[tuple[str, str]]] = {}
    for model in models:
        if model.lifecycle.can_order or model.lifecycle.is_vendor_off:
            for name in model.operations:
                able.setdefault(name, []).append((model.id, f"{model.name}, {model.price_text}"))
    return [(name, operation_words(name), some) for name, some in able.items() if len(some) > 1]


def when_in_words(when: Mapping[str, object]) -> str:
    """What a price is for: "size 1024 or 1536, quality low"."""
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in when.items())


def operation_choices(model: ModelView) -> list[tuple[str, str]]:
    """The operations of a model, for a choice."""
    return [(name, operation_words(name)) for name in model.operations]


def usual_unit(model: ModelView) -> str:
    """The unit that its prices are in; that of its first operation's kind where it has none."""
    words = model.prices[0].price if model.prices else ""
    for unit in ("image", "megapixel", "second", "minute", "1k-characters", "run", "song"):
        if f"per {unit}" in words:
            return unit
    return "second" if any("video" in name for name in model.operations) else "image"


def host_of(address: str) -> str:
    """The host of an address, as the short name of a link."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


def in_short(view: ProviderReport) -> str:
    """One line on a vendor for the list: what there is, or what is in the way."""
    if view.state in ("off", "unavailable"):
        return view.message
    if view.state == "no_key":
        variables = ", ".join(one.variable for one in view.fields if one.is_needed)
        what = "Add a server here" if is_own(view) else "Add a key here"
        return f"{models_in_words(view)}. {what}, or set {variables}."
    usable = [one for one in view.accounts or [] if one.is_usable]
    parts = [models_in_words(view)]
    if len(usable) > 1:
        parts.append(counted_word(len(usable), "key"))
    parts.append(record_in_words(view.record))
    words = ", ".join(part for part in parts if part)
    return f"{view.message} {words}." if view.message else f"{words}."


def instead_of(ending: EndingModel) -> str:
    """What takes its place, with the difference in price."""
    if ending.heir is None:
        return "Nothing takes its place"
    return f"Instead: {ending.heir_name}, {ending.heir_price_text} (this one: {ending.price_text})"


def move_in_words(ending: EndingModel) -> str:
    """What the button does: "Move 2 presets to Nano Banana Pro"."""
    return f"Move {counted_word(ending.movable, 'preset')} to {ending.heir_name}"


def used_by(ending: EndingModel) -> str:
    """Who still uses it: 'Preset "Noir" of Mara; Owner by the key "CI", 12 times in 30 days'."""
    presets = [f'preset "{one.title}"' + (f" of {one.owner}" if one.owner else "") for one in ending.presets]
    orders = [
        one.owner + (f' by the key "{one.key}"' if one.key else "") + f", {_times(one.count)} in 30 days"
        for one in ending.orders
    ]
    words = "; ".join([*presets, *orders])
    return f"{words[:1].upper()}{words[1:]}" if words else "Nobody uses it"


def shown_models(models: Iterable[ModelView]) -> list[ModelView]:
    """Those that can be ordered first, then those without a price, then those that are over; by name."""
    return sorted(models, key=lambda one: (one.lifecycle.state in ("retired", "unavailable"), one.name.lower()))


def counted_word(count: int, word: str) -> str:
    """ "1 order", "3 orders"."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _times(count: int) -> str:
    return "once" if count == 1 else counted_word(count, "time")


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return " or ".join(_value(one) for one in value)
        case _:
            return str(value)
