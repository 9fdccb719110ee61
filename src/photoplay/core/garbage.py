"""How seldom Python looks for cycles of objects that nothing holds.

What a start loads (modules, models of requests, mapped tables: some 400,000 objects) stays for ever. Python 3.11 walks it
again and again while it loads, and later each time a burst of work has made enough new objects.
"""

import gc
from typing import Final

YOUNG_OBJECTS: Final = 20_000
"""New objects between two looks among the young; Python's own 700 means hundreds of looks a second under load."""


def hold_off() -> None:
    """Looks for nothing until `settle`: for the start of a process, which makes much and drops little."""
    gc.disable()


def settle() -> None:
    """What is there now is never looked at again; what comes later is, every `YOUNG_OBJECTS`. Only after `hold_off`."""
    if gc.isenabled():
        return
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
    gc.enable()
