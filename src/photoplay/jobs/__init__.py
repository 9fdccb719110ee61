"""The durable engine behind a few verbs. The only room that imports it; our own rows are the truth, its tables disposable."""

from photoplay.jobs.calls import expect_calls, forget_calls, subject_of_call, take_call
from photoplay.jobs.engine import Engine
from photoplay.jobs.lease import Lease, LeaseOver
from photoplay.jobs.shared import NotOfThisStudio, check_shared, mark_media
from photoplay.jobs.sweep import Sweep
from photoplay.jobs.turns import take_turn
from photoplay.jobs.wakes import Wakes
from photoplay.jobs.workers import (
    LEAVING,
    WorkerKind,
    WorkerNotFound,
    WorkerView,
    admitting,
    bury,
    is_worker,
    living,
    names_of,
    send_away,
    workers_of_house,
)

__all__ = [
    "LEAVING",
    "Engine",
    "Lease",
    "LeaseOver",
    "NotOfThisStudio",
    "Sweep",
    "Wakes",
    "WorkerKind",
    "WorkerNotFound",
    "WorkerView",
    "admitting",
    "bury",
    "check_shared",
    "expect_calls",
    "forget_calls",
    "is_worker",
    "living",
    "mark_media",
    "names_of",
    "send_away",
    "subject_of_call",
    "take_call",
    "take_turn",
    "workers_of_house",
]
