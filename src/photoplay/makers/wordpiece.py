"""Cuts a text into the word pieces that MiniLM (uncased BERT) was trained on."""

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources

START, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
LONGEST_WORD = 100


def token_ids(text: str, longest: int = 128) -> list[int]:
    """The ids of the text's pieces between the two marks that BERT wants, at most `longest` in all."""
    known = _vocabulary()
    pieces = [piece for word in _words(text) for piece in _pieces(word)]
    return [known[START], *(known[piece] for piece in pieces[: longest - 2]), known[END]]


@cache
def _vocabulary() -> dict[str, int]:
    """Every piece with its id, which is its line in the file."""
    text = (resources.files("photoplay.makers") / "weights" / "minilm-vocab.txt").read_text("utf-8")
    return {piece: line for line, piece in enumerate(text.removesuffix("\n").split("\n"))}


def _words(text: str) -> Iterator[str]:
    """Lower case without accents; punctuation and Chinese characters stand alone; control characters vanish."""
    word = ""
    for character in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(character)
        is_space = character.isspace()
        if kind == "Mn" or (kind.startswith("C") and not is_space):
            continue
        if is_space:
            yield from _whole(word)
            word = ""
        elif _stands_alone(character, kind):
            yield from _whole(word)
            yield character
            word = ""
        else:
            word += character
    yield from _whole(word)


def _whole(word: str) -> Iterator[str]:
    if word:
        yield word


def _stands_alone(character: str, kind: str) -> bool:
    ascii_sign = character.isascii() and not character.isalnum()
    return (
        ascii_sign or kind.startswith("P") or 0x4E00 <= ord(character) <= 0x9FFF or 0x3400 <= ord(character) <= 0x4DBF
    )


def _pieces(word: str) -> list[str]:
    """The longest known piece first, then the longest that continues it; unknown as a whole when any rest is left."""
    known, pieces, start = _vocabulary(), [], 0
    if len(word) > LONGEST_WORD:
        return [UNKNOWN]
    while start < len(word):
        mark = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in known), None)
        if end is None:
            return [UNKNOWN]
        pieces.append(mark + word[start:end])
        start = end
    return pieces
