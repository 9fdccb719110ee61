"""Every setting, operation, event, error, route and command has its entry in docs/reference, with words of its own."""

import re
from pathlib import Path

import pytest

from photoplay.bootstrap import shipped_providers
from photoplay.catalog import Catalog, vendors_without_code
from photoplay.core.settings import Settings
from photoplay.operations import all_operations
from tests.architecture.tree import PACKAGE, ROOT
from tools.reference.__main__ import FOLDER, stale
from tools.reference.code import errors, events, settings

REMEDY = "run `make docs` and commit what it writes"
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_reference_is_what_the_code_says() -> None:
    assert stale() == [], REMEDY


@pytest.mark.parametrize(
    ("room", "name"), [("web/app.py", "api.md"), ("cli/__init__.py", "cli.md"), ("providers/local.py", "models.md")]
)
def test_every_door_has_its_page(room: str, name: str) -> None:
    assert (FOLDER / name).is_file() or not (PACKAGE / room).is_file(), REMEDY


def test_every_setting_says_what_it_decides() -> None:
    assert [variable for variable, _, _, about in settings() if len(about.split()) < 3] == []


def test_every_error_says_when_it_comes_and_no_code_is_used_twice() -> None:
    assert [error.__name__ for error in errors() if len((error.__doc__ or "").split()) < 3] == []
    text = (FOLDER / "errors.md").read_text("utf-8")
    assert [error.code for error in errors() if f"`{error.code}`" not in text] == []


def test_every_event_says_when_it_happens() -> None:
    assert [name for name, about in events().items() if len(about.split()) < 3] == []


def test_every_operation_and_param_is_explained() -> None:
    silent = [
        f"{operation.name}.{name}"
        for operation in all_operations()
        for name, part in operation.params.model_json_schema().get("properties", {}).items()
        if not part.get("description")
    ]
    assert silent == []


def test_every_model_of_every_vendor_is_listed_with_its_names() -> None:
    catalog = Catalog(shipped_providers(Settings()), vendors=vendors_without_code())
    text = (FOLDER / "models.md").read_text("utf-8")
    listed = [name for offer in catalog.offers() for name in (offer.card.id, *offer.data.also)]
    assert [name for name in listed if name not in text] == [], REMEDY


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if not target.startswith(("http", "mailto:"))]
    assert [target for target in targets if not (page.parent / target).exists()] == []
