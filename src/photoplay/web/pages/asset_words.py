"""What the asset page says about an asset: recipe, receipt, provenance, versions, downloads, in words for people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from photoplay.assets import AssetView, RecipeView
from photoplay.core.money import in_words
from photoplay.credits import ReceiptView
from photoplay.generation import GenerationView
from photoplay.media import CredentialReport
from photoplay.providers import LARGEST_RESULT_PIXELS
from photoplay.web.templating import clock, money, size

_KINDS: Final = {"image": "Image", "video": "Video", "audio": "Audio"}
_CHANGES: Final = {
    "remove-background": "Cut out",
    "image-to-video": "Animated",
    "reference-to-video": "Drawn from",
    "video-to-video": "Changed",
    "extend-video": "Continued",
    "audio-to-audio": "Reworked",
    "upload": "Uploaded",
}
_NOT_SHOWN: Final = ("prompt", "seed", "aspect", "size", "format")


class Line(NamedTuple):
    """One line of the receipt."""

    name: str
    amount: str
    at: datetime | None = None


class Version(NamedTuple):
    """One step of a lineage."""

    asset: AssetView
    number: int
    word: str
    price: str
    is_this: bool


class Download(NamedTuple):
    """One file to save; `file` is its address when it exists already."""

    rendition: str
    word: str
    about: str
    file: str | None


@dataclass(frozen=True)
class Provenance:
    """What is known of the file's credentials. Unread: the studio's own note, before the file itself was looked at."""

    badge: str
    state: str
    words: str
    is_whole: bool
    is_unread: bool = False


def facts_of(asset: AssetView) -> str:
    """What it is, in one line: "Image, 1440 x 810, 1.3 MB."."""
    parts = [_KINDS.get(asset.kind, asset.kind)]
    if asset.width and asset.height:
        parts.append(f"{asset.width} x {asset.height}")
    if asset.duration_seconds:
        parts.append(clock(asset.duration_seconds))
    return ", ".join([*parts, size(asset.size_bytes)]) + "."


def recipe_lines(asset: AssetView, recipe: RecipeView, voices: Mapping[str, str]) -> list[tuple[str, str]]:
    """The settings, the usual ones first, then all others under their own names; `voices` are names of voices by id."""
    params = recipe.params
    if (voice := voices.get(str(params.get("voice")))) is not None:
        params = {**params, "voice": voice}
    shape = ", ".join(str(part) for part in (params.get("aspect"), _pixels(asset)) if part)
    presets, sent = ", ".join(preset.title for preset in recipe.presets), params.get("prompt")
    usual = (
        ("Presets", presets),
        ("Sent as", sent if sent != asset.prompt else ""),
        ("Model", asset.model_name),
        ("Size", shape),
        ("Seed", recipe.seed),
    )
    lines = [(name, str(value)) for name, value in usual if value not in (None, "")]
    for name, value in {**recipe.facts, **params}.items():
        if name not in _NOT_SHOWN and isinstance(value, str | int | float) and value != "":
            lines.append((_label(name), _spoken(name, value)))
    return lines


def receipt_lines(view: GenerationView | None, receipt: ReceiptView | None) -> list[Line]:
    """Quoted, held, billed; nothing where nothing was ordered."""
    if view is None or receipt is None:
        return []
    lines = [Line("Quoted", in_parts_of_a_cent(view.quoted_usd))]
    if receipt.held_usd is not None:
        lines.append(Line("Held", in_parts_of_a_cent(receipt.held_usd), receipt.held_at))
    if receipt.billed_usd is not None:
        lines.append(Line("Billed", in_parts_of_a_cent(receipt.billed_usd), receipt.billed_at))
        lines.append(Line("Drift", _drift(receipt.billed_usd - view.quoted_usd)))
    if receipt.price_credits is not None:
        lines.append(Line("Charged", f"{receipt.price_credits} credits"))
    return lines


def versions_of(asset: AssetView, parents: Sequence[AssetView], children: Sequence[AssetView]) -> list[Version]:
    """What it came from, itself, and what came from it, the oldest first."""
    line = [*sorted(parents, key=lambda one: one.id), asset, *sorted(children, key=lambda one: one.id)]
    return [
        Version(one, number, change_word(one), _price(one), one.id == asset.id) for number, one in enumerate(line, 1)
    ]


def change_word(asset: AssetView) -> str:
    """What a step changed: "Upscaled 2x"; for a first one, that it is the original."""
    if asset.operation == "upscale":
        return f"Upscaled {asset.params.get('factor', 2)}x"
    return _CHANGES.get(asset.operation, "Original")


def downloads_of(asset: AssetView) -> list[Download]:
    """The original, and for a picture its lighter forms; one that does not exist yet is made when it is asked for."""
    ending = asset.mime.rpartition("/")[2].upper().replace("X-", "")
    found = [Download("original", f"Original, {ending}", size(asset.size_bytes), asset.files.get("original"))]
    if asset.kind == "image":
        for role, word in (("webp", "WebP, light"), ("avif", "AVIF, lightest")):
            there = asset.files.get(role)
            found.append(Download(role, word, "" if there else "made when you ask", there))
    return found


def noted_provenance(asset: AssetView) -> Provenance:
    """What the studio noted when it kept the file; the file itself is read after the page is there."""
    if asset.operation == "upload":
        return Provenance("", "", "You uploaded this. It is kept as it came.", True, is_unread=True)
    if _is_found(asset):
        words = "It comes from a stock library, and no machine made it here. It is kept as it came."
        return Provenance("", "", words, True, is_unread=True)
    if (asset.credentials or {}).get("state") == "valid":
        words = "Marked and signed by this studio when it was made."
        return Provenance("Made by a machine, signed, intact", "Signed", words, True, is_unread=True)
    return Provenance("Made by a machine", "", "This kind of file carries no signature.", True, is_unread=True)


def _is_found(asset: AssetView) -> bool:
    return (asset.credentials or {}).get("state") == "found"


def read_provenance(asset: AssetView, report: CredentialReport) -> Provenance:
    """What the file says when it is read now. Our own model is called by its name, not by its id as in the file."""
    words = report.summary.replace(asset.model, asset.model_name) if asset.model_name else report.summary
    made = "" if asset.operation == "upload" or _is_found(asset) else "Made by a machine"
    match report.state:
        case "valid":
            return Provenance(f"{made}, signed, intact" if made else "", "Valid", words, True)
        case "invalid":
            return Provenance(
                f"{made}, changed since" if made else "Changed since it was signed", "Invalid", words, False
            )
        case "none":
            return Provenance(made, "", words, True)


def _pixels(asset: AssetView) -> str:
    return f"{asset.width} x {asset.height}" if asset.width and asset.height else ""


def _label(name: str) -> str:
    words = name.removesuffix("_seconds").removesuffix("_usd").replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def _spoken(name: str, value: str | float) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name.endswith("_seconds"):
        return f"{value:g} s" if isinstance(value, int | float) else value
    text = f"{value:g}" if isinstance(value, float) else str(value)
    is_word = isinstance(value, str) and text.islower() and not any(letter.isdigit() for letter in text)
    return text[:1].upper() + text[1:] if is_word else text


def _price(asset: AssetView) -> str:
    if asset.operation == "upload" or asset.cost_usd is None:
        return ""
    return money(asset.cost_usd) if asset.cost_usd else "Free"


def in_parts_of_a_cent(amount: Decimal) -> str:
    """Dollars as receipts show them, with four places: amounts beside each other add up."""
    return f"${amount.quantize(Decimal('0.0001')):f}" if amount else "Free"


def _drift(difference: Decimal) -> str:
    if not difference:
        return "None"
    amount = abs(difference)
    words = in_parts_of_a_cent(amount) if amount >= Decimal("0.0001") else in_words(amount)
    return f"{'+' if difference > 0 else '-'}{words}"


def actions_for(asset: AssetView, offered: Mapping[str, bool]) -> list[dict[str, object]]:
    """What can be made of it with the models on offer: at a press, or on Create where it takes words (`href`)."""
    if asset.kind == "video":
        taken_on = (("extend-video", "Continue...", "arrow-right"), ("video-to-video", "Change...", "pencil"))
        return [
            {"operation": name, "href": f"/create?operation={name}&input=source:{asset.id}", "word": word, "icon": icon}
            for name, word, icon in taken_on
            if offered.get(name)
        ]
    if asset.kind != "image":
        return []
    larger: list[dict[str, object]] = [
        {"operation": "upscale", "params": {"factor": factor}, "word": f"Upscale {factor}x", "icon": "scaling"}
        for factor in (2, 4, 8)
        if (asset.width or 0) * (asset.height or 0) * factor**2 <= LARGEST_RESULT_PIXELS
    ]
    in_film = "reference-to-video"
    all_of_them: list[dict[str, object]] = [
        *larger,
        {"operation": "image-to-video", "params": {}, "word": "Animate", "icon": "film"},
        {"operation": "remove-background", "params": {}, "word": "Cut out", "icon": "eraser"},
        {
            "operation": in_film,
            "href": f"/create?operation={in_film}&input=reference:{asset.id}",
            "word": "Into a film...",
            "icon": "images",
        },
    ]
    return [action for action in all_of_them if offered.get(str(action["operation"]))]
