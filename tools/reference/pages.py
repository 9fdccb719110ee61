"""All pages of the reference by file name."""

from collections.abc import Callable
from pathlib import Path

import photoplay
from tools.reference.code import answers_page, errors_page, events_page, operations_page, settings_page
from tools.reference.doors import api_page, cli_page
from tools.reference.markdown import page
from tools.reference.models import models_page

PACKAGE = Path(photoplay.__file__).parent
PAGES: dict[str, tuple[str, Callable[[], str]]] = {
    "settings.md": ("core/settings.py", settings_page),
    "operations.md": ("operations/__init__.py", operations_page),
    "models.md": ("providers/local.py", models_page),
    "api.md": ("web/app.py", api_page),
    "cli.md": ("cli/__init__.py", cli_page),
    "events.md": ("events/__init__.py", events_page),
    "errors.md": ("core/errors.py", errors_page),
    "answers.md": ("generation/answers.py", answers_page),
}
"""File name: the file it is about, without which there is no such page, and who writes it."""


def written_pages() -> dict[str, str]:
    """File name to text. The index comes last, since it lists the others."""
    pages = {name: write() for name, (subject, write) in PAGES.items() if (PACKAGE / subject).is_file()}
    links = "\n".join(f"- [{text.splitlines()[2].removeprefix('# ')}]({name})" for name, text in pages.items())
    return {**pages, "README.md": page("Reference", "Written from the code by `make docs`.", links)}
