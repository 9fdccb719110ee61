"""Logs: one event name and fields, one line each. Never a secret."""

import logging
import sys


class Log:
    """Writes lines such as `generation.failed generation=gen_... error=...`."""

    def __init__(self, room: str) -> None:
        self._logger = logging.getLogger(f"photoplay.{room}")

    def debug(self, event: str, **fields: object) -> None:
        """For a developer."""
        self._logger.debug(_line(event, fields))

    def info(self, event: str, **fields: object) -> None:
        """Something worth knowing happened."""
        self._logger.info(_line(event, fields))

    def warning(self, event: str, **fields: object) -> None:
        """Something is off; the program goes on by itself."""
        self._logger.warning(_line(event, fields))

    def failure(self, event: str, error: BaseException, **fields: object) -> None:
        """Something failed that should not; the trace goes to the log and nowhere else."""
        self._logger.error(_line(event, fields), exc_info=error)


def set_up(level: str) -> None:
    """Sends our logs to standard error from this level on, and quietens the libraries."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("photoplay").setLevel(level.upper())


def _line(event: str, fields: dict[str, object]) -> str:
    return " ".join([event, *(f"{name}={value}" for name, value in fields.items())])
