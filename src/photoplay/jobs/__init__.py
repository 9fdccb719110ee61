"""The durable engine behind a few verbs. The only room that imports it; our own rows are the truth, its tables disposable."""

from photoplay.jobs.calls import expect_calls, forget_calls, subject_of_call, take_call
from photoplay.jobs.engine import Engine
from photoplay.jobs.sweep import Sweep
from photoplay.jobs.wakes import Wakes

__all__ = ["Engine", "Sweep", "Wakes", "expect_calls", "forget_calls", "subject_of_call", "take_call"]
