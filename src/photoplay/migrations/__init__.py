"""Brings a database up to date before anything else touches it: forwards only, under a lock, once however many start."""

from photoplay.migrations._migrate import HEAD, SchemaTooNew, migrate

__all__ = ["HEAD", "SchemaTooNew", "migrate"]
