"""The durable engine behind a few verbs. The only room that imports it; our own rows are the truth, its tables disposable."""

from photoplay.jobs.engine import Engine
from photoplay.jobs.sweep import Sweep
from photoplay.jobs.wakes import Wakes

__all__ = ["Engine", "Sweep", "Wakes"]
