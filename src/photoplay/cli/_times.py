"""Times as people type them at a terminal."""

from datetime import datetime, timedelta

import typer

from photoplay.core import clock


def moment(text: str) -> str:
    """The moment as ISO text with its zone. `18:00` is the next time that it is so here; a time without a zone is one of here."""
    try:
        return _of_today(text) if len(text) == len("18:00") else datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError:
        raise typer.BadParameter(f'"{text}" is no time. Say 18:00, or 2027-01-31T18:00.') from None


def _of_today(text: str) -> str:
    now = clock.now().astimezone()
    hours, _, minutes = text.partition(":")
    at = now.replace(hour=int(hours), minute=int(minutes), second=0, microsecond=0)
    return (at if at > now else at + timedelta(days=1)).isoformat()
