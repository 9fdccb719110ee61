"""The few shapes the reference is written in: a page, a table."""

from collections.abc import Iterable, Sequence

FIRST_LINE = "<!-- Written by `make docs` from the code. Edit the code instead. -->"


def page(title: str, about: str, *parts: str) -> str:
    """A whole page."""
    return "\n\n".join([FIRST_LINE, f"# {title}", about, *(part for part in parts if part)]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; line breaks and bars in cells are made harmless."""
    lines = [_row(heads), _row(["---"] * len(heads)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def code(value: object) -> str:
    """The value in code type, or nothing when there is none."""
    return f"`{value}`" if value not in (None, "") else ""


def first_paragraph(text: str | None) -> str:
    """What a docstring says first, on one line."""
    return " ".join((text or "").strip().split("\n\n")[0].split())


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
