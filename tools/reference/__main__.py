"""Writes the reference, or with --check tells which pages are stale."""

import sys
from pathlib import Path

from tools.reference.pages import written_pages

FOLDER = Path(__file__).parents[2] / "docs" / "reference"


def stale() -> list[str]:
    """Names of pages that differ from what the code says now, or that nobody writes any more."""
    pages = written_pages()
    there = {path.name for path in FOLDER.glob("*.md")}
    differ = [name for name, text in pages.items() if name not in there or (FOLDER / name).read_text("utf-8") != text]
    return sorted([*differ, *(there - set(pages))])


def write() -> None:
    """Writes all pages and removes those that nobody writes any more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pages = written_pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in pages:
            path.unlink()
    for name, text in pages.items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    elif names := stale():
        sys.exit(f"docs/reference is stale ({', '.join(names)}): run `make docs` and commit what it writes.")
