"""The states of a generation, which may follow which, and the words people see."""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where a generation stands."""

    QUEUED = "queued"
    """Paid for by a hold, waiting for its turn."""
    RUNNING = "running"
    """With a provider, or on the way to or from it."""
    UNCERTAIN = "uncertain"
    """The provider may have taken the order and nobody knows yet. It is looked up, never sent again blindly."""
    SUCCEEDED = "succeeded"
    """Its assets are kept. Final."""
    FAILED = "failed"
    """It came to nothing. Final."""
    CANCELLED = "cancelled"
    """Somebody took it back in time. Final."""

    @property
    def is_final(self) -> bool:
        """Whether it stays so for ever."""
        return not MOVES[self]


class WaitsFor(StrEnum):
    """Why a queued generation does not get its turn yet."""

    PARENT = "parent"
    """An earlier one of its batch has to succeed first."""
    APPROVAL = "approval"
    """It would cost more than was agreed; its owner has to say yes."""
    TIME = "time"
    """It was asked for at a later time."""


class Phase(StrEnum):
    """What a running generation is at."""

    PREPARING = "preparing"
    SUBMITTING = "submitting"
    WAITING = "waiting"
    FETCHING = "fetching"


MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.QUEUED: frozenset({Status.RUNNING, Status.CANCELLED, Status.FAILED}),
    Status.RUNNING: frozenset({Status.UNCERTAIN, Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}),
    Status.UNCERTAIN: frozenset({Status.RUNNING, Status.SUCCEEDED, Status.FAILED, Status.CANCELLED}),
    Status.SUCCEEDED: frozenset(),
    Status.FAILED: frozenset(),
    Status.CANCELLED: frozenset(),
}

NEEDS_APPROVAL: Final = "needs_approval"
"""The notice of what would cost more than was agreed."""
UNFINISHED: Final = tuple(status.value for status in Status if not status.is_final)
IN_FLIGHT: Final = (Status.RUNNING.value,)
