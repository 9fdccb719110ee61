"""One measured figure, and the table they are shown in."""

import os
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`values` are the runs; what is shown is their median. `at_most` is the promise, None where there is none."""

    what: str
    unit: str
    values: Sequence[float]
    at_most: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The middle of the runs."""
        return statistics.median(self.values)

    @property
    def is_kept(self) -> bool | None:
        """Whether the promise holds; None where there is none."""
        return None if self.at_most is None else self.median <= self.at_most


HEADS = ("figure", "median", "highest", "runs", "promise", "ratio", "", "load", "note")


def row(figure: Figure) -> tuple[str, ...]:
    """The cells of one line. `ratio` is the figure by its promise: below 1 keeps it."""
    promise = "" if figure.at_most is None else f"<= {_short(figure.at_most)}"
    ratio = "" if not figure.at_most else f"{figure.median / figure.at_most:.2f}"
    verdict = {None: "", True: "kept", False: "MISSED"}[figure.is_kept]
    load = f"{os.getloadavg()[0]:.1f}"
    middle, highest = f"{_short(figure.median)} {figure.unit}", _short(max(figure.values))
    return figure.what, middle, highest, str(len(figure.values)), promise, ratio, verdict, load, figure.note


def table(rows: Iterable[Sequence[str]]) -> str:
    """Lines with columns as wide as they need, ready for a note."""
    lines = [HEADS, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADS))]
    rule = ["-" * width for width in widths]
    return "\n".join("| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in [HEADS, rule, *lines[1:]])


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
