"""Nothing in the tree is unfinished by its own words, and no error is swallowed without a word."""

import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT, code_files, shown

UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error"]) + r")\b|coming soon",
    re.IGNORECASE,
)
SWALLOWED = re.compile(r"except( Exception| BaseException)?:\s*(\n\s*)?pass\b")
TEXT_FILES = sorted(
    path
    for pattern in ("*.html", "*.js", "*.css", "*.toml", "*.glsl", "*.frag")
    for path in PACKAGE.rglob(pattern)
    if "vendor" not in path.parts
)


@pytest.mark.parametrize("path", [*code_files(), *TEXT_FILES], ids=shown)
def test_nothing_is_left_for_later(path: Path) -> None:
    if path == Path(__file__):
        return
    text = path.read_text(encoding="utf-8")
    assert UNFINISHED.findall(text) == []
    assert SWALLOWED.findall(text) == []


def test_the_words_are_found_when_they_stand_there() -> None:
    assert UNFINISHED.search("# TO" + "DO: later")
    assert SWALLOWED.search("except:\n    pass")
    assert not UNFINISHED.search("a mastodon")
    assert ROOT.is_dir()
