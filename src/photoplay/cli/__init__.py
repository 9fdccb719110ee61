"""The command line: one file per group of commands, each a few lines around a front door."""

from photoplay.cli._app import main

__all__ = ["main"]
