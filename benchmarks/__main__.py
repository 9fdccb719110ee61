"""`make bench`: every subject, or those named. Prints one table; load average and machine are said."""

import os
import platform
import signal
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import benchmarks
from benchmarks.figure import Figure, row, table

FRAME = {"__main__", "door", "figure", "made", "peers", "studio", "vendor", "without_media"}


def subjects() -> list[str]:
    """The files that measure something."""
    return sorted(module.name for module in iter_modules(benchmarks.__path__) if module.name not in FRAME)


def measured(names: list[str]) -> Iterator[Figure]:
    """The figures of these subjects, as they come."""
    for name in names:
        yield from import_module(f"benchmarks.{name}").figures()


def main() -> None:
    """Prints a line per figure while they come, then the table."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a studio that is open is stopped too
    names = sys.argv[1:] or subjects()
    unknown = sorted(set(names) - set(subjects()))
    if unknown:
        sys.exit(f"No such subject: {', '.join(unknown)}. There are: {', '.join(subjects())}.")
    rows = []
    for figure in measured(names):
        rows.append(row(figure))
        print("  ".join(cell for cell in rows[-1] if cell), file=sys.stderr, flush=True)
    load = "load " + ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"\n{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, Python {platform.python_version()}, {load}\n")
    print(table(rows))


if __name__ == "__main__":
    main()
