"""Faults on demand: what goes wrong at which vendor, how often. Set at `/_sandbox/faults` or by a file at the start."""

import random
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

FaultKind = Literal[
    "never-arrived",
    "throttled",
    "server-error",
    "no-credit",
    "bad-key",
    "answer-lost",
    "error-after",
    "slow-drip",
    "hang",
    "failed",
    "refused-content",
    "vendor-cancelled",
    "wrong-duration",
    "file-expired",
    "file-cut",
    "webhook-lost",
    "webhook-twice",
    "webhook-early",
    "webhook-late",
    "webhook-forged",
    "check-error",
]
"""Before taking: never-arrived (the connection breaks), throttled, server-error, no-credit, bad-key. After taking: answer-lost,
error-after, slow-drip, hang. How it ends: failed, refused-content, vendor-cancelled, wrong-duration. Then: the rest."""


class Fault(BaseModel):
    """One thing that goes wrong. `times` counts down; None goes on for ever. `share` is how probable it is each time."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    vendor: str = "*"
    times: int | None = Field(default=1, ge=1)
    share: float = Field(default=1.0, gt=0, le=1)
    seconds: float = Field(default=1.0, ge=0, le=600)
    """How long it hangs, drips, or comes late; for throttled what `Retry-After` says."""


class Faults:
    """The faults that are set."""

    def __init__(self, seed: int = 0) -> None:
        self._set: list[Fault] = []
        self._chance = random.Random(seed)

    def set(self, faults: Sequence[Fault]) -> None:
        """Adds faults."""
        self._set.extend(fault.model_copy() for fault in faults)

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._set.clear()

    def all(self) -> list[Fault]:
        """What is still to come."""
        return list(self._set)

    def take(self, vendor: str, *kinds: FaultKind) -> Fault | None:
        """The first fault of these kinds that hits this vendor now; it counts down."""
        for fault in self._set:
            if fault.kind in kinds and fault.vendor in ("*", vendor) and self._chance.random() < fault.share:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times == 0:
                        self._set.remove(fault)
                return fault
        return None
