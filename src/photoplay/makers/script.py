"""What a voice is given to read: cleaned text in paragraphs, and what the person should know. Light, without sound."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from photoplay.core.child_main import TaskFailed

LONGEST_PIECE = 220
"""Characters read in one breath; longer sentences are cut at a comma or a space."""

_SPOKEN_SIGNS = {
    "°": " degrees ",
    "×": " by ",
    "→": ", ",
    "•": ". ",
    "…": "... ",
    "™": "",
    "©": "",
    "®": "",
    "\u00ad": "",
}
_MARKDOWN = re.compile(r"(^|\s)(#{1,6}|[*\-+>])\s+|(?<!\w)[*_`~]{1,3}(?=\w)|(?<=[\w.,;:!?])[*_`~]{1,3}(?!\w)")
_ADDRESS = re.compile(r"https?://(www\.)?")


@dataclass(frozen=True)
class Script:
    """`paragraphs` are ready to be read; `notes` are sentences for people."""

    paragraphs: tuple[str, ...]
    notes: tuple[str, ...]


def read_script(text: str) -> Script:
    """Cleans a text for a voice that speaks English only.

    Raises `TaskFailed`: "nothing_to_say" (no letters or digits), "language" (mostly in another script).
    """
    plain = unicodedata.normalize("NFC", _ADDRESS.sub("", text))
    letters = [sign for sign in plain if sign.isalpha()]
    foreign = [sign for sign in letters if not unicodedata.name(sign, "").startswith("LATIN")]
    if not letters and not any(sign.isdigit() for sign in plain):
        raise TaskFailed("nothing_to_say", "There are no words in this text to speak. Write a sentence and try again.")
    if len(foreign) * 2 > len(letters):
        raise TaskFailed(
            "language",
            "This voice speaks English only, and the text is mostly in another script, so nothing was made. "
            "Write in English, or choose a provider's voice.",
        )
    notes = [*_left_out(plain, foreign), *_other_language(plain)]
    paragraphs = [_clean(part) for part in re.split(r"\n\s*\n|\n", plain)]
    return Script(tuple(part for part in paragraphs if re.search(r"\w", part)), tuple(notes))


def pieces_of(sentence: str) -> tuple[str, ...]:
    """The sentence in pieces of at most `LONGEST_PIECE` characters, cut where a reader would breathe."""
    pieces: list[str] = []
    rest = sentence.strip()
    while len(rest) > LONGEST_PIECE:
        head = rest[:LONGEST_PIECE]
        cuts = [head.rfind(sign) + 1 for sign in (", ", "; ", ": ", " — ", " ")]
        cut = next((place for place in cuts if place > LONGEST_PIECE // 3), LONGEST_PIECE)
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return tuple(piece for piece in [*pieces, rest] if re.search(r"\w", piece))


def _clean(paragraph: str) -> str:
    spoken = _MARKDOWN.sub(r"\1", paragraph)
    kept = (_SPOKEN_SIGNS.get(sign, sign if _can_be_read(sign) else " ") for sign in spoken)
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def _can_be_read(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind[0] not in "CM" and kind not in {"So", "Sk"} and (not sign.isalpha() or _is_latin(sign))


def _is_latin(sign: str) -> bool:
    return unicodedata.name(sign, "").startswith("LATIN")


def _left_out(text: str, foreign: list[str]) -> list[str]:
    """Emoji and single foreign letters cannot be spoken."""
    symbols = sum(1 for sign in text if unicodedata.category(sign) == "So" and sign not in _SPOKEN_SIGNS)
    notes = []
    if symbols:
        notes.append(f"{symbols} emoji or symbol{'s are' if symbols > 1 else ' is'} not spoken.")
    if foreign:
        notes.append("Letters of other scripts are not spoken: this voice knows English only.")
    return notes


def _other_language(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    scores = {name: sum(word in known for word in words) for name, known in _small_words().items()}
    best = max(scores, key=lambda name: scores[name])
    if best == "English" or scores[best] < max(2, 0.15 * len(words)) or scores[best] < 1.5 * scores["English"]:
        return []
    return [f"The text looks {best}. This voice speaks English only and will read it with English sounds."]


@cache
def _small_words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: frozenset(str(words).split()) for name, words in lists.items()}
