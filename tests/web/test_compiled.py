"""Templates as bytecode: read where it is there, made anew where the template has changed, done without where it cannot be kept."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.bccache import bc_magic

from photoplay.web.compiled import CompiledTemplates


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    (tmp_path / "page.html").write_text("Hello {{ name }}")
    return tmp_path


def shown(templates: Path) -> str:
    """The page as a process shows it that has just begun."""
    environment = Environment(
        loader=FileSystemLoader(templates), bytecode_cache=CompiledTemplates(templates), autoescape=True
    )
    return environment.get_template("page.html").render(name="Mara")


def kept(templates: Path) -> list[Path]:
    return sorted((templates / "__pycache__").glob("*.pyc"))


def test_a_template_is_compiled_once_and_read_by_the_next_process(templates: Path) -> None:
    assert shown(templates) == "Hello Mara"
    (file,) = kept(templates)
    made_at = file.stat().st_mtime_ns
    assert shown(templates) == "Hello Mara"
    assert [one.stat().st_mtime_ns for one in kept(templates)] == [made_at]


def test_a_changed_template_is_shown_as_it_is_now(templates: Path) -> None:
    assert shown(templates) == "Hello Mara"
    (templates / "page.html").write_text("Goodbye {{ name }}")
    assert shown(templates) == "Goodbye Mara"


@pytest.mark.parametrize("content", [b"", b"not bytecode", bc_magic, bc_magic + b"half"])
def test_a_file_that_is_no_bytecode_is_made_anew(templates: Path, content: bytes) -> None:
    shown(templates)
    (file,) = kept(templates)
    file.write_bytes(content)
    assert shown(templates) == "Hello Mara"
    assert file.read_bytes() != content


def test_where_nothing_can_be_kept_the_page_is_shown_all_the_same(templates: Path) -> None:
    (templates / "__pycache__").write_text("a file where the folder should be")
    assert shown(templates) == "Hello Mara"


def test_nothing_is_kept_where_python_is_told_to_keep_no_bytecode(
    templates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert shown(templates) == "Hello Mara"
    assert kept(templates) == []
