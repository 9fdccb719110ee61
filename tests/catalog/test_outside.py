"""Providers of other packages are found by their entry point; what is broken is left out, told, and stops nothing."""

import sys
from pathlib import Path

import pytest

from photoplay.bootstrap import all_providers
from photoplay.catalog import Outside, outside_providers
from photoplay.core.settings import Settings
from tests.web.served import a_served_house

WORKS = """
from tests.scripted import ScriptedProvider
def provider(settings):
    return ScriptedProvider()
"""
ODD = """
from tests.scripted import ScriptedProvider
def provider(settings):
    return Odd()
class Odd(ScriptedProvider):
"""


def _install(monkeypatch: pytest.MonkeyPatch, folder: Path, package: str, code: str) -> None:
    """A package as an installer leaves it, on the path of this test alone."""
    info = folder / f"{package}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[photoplay.providers]\n{package} = {package}:provider\n")
    (folder / f"{package}.py").write_text(code)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, package, raising=False)


def _found() -> Outside:
    return outside_providers(Settings(), taken=("openai",))


def test_an_outside_provider_is_used_like_one_of_the_house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _install(monkeypatch, tmp_path, "brush_maker", WORKS)
    found = all_providers(Settings())
    assert [one.name for one in found.providers][-1] == "scripted"
    assert found.left_out == ()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nowhere_to_be_found", "ModuleNotFoundError: No module named 'nowhere_to_be_found'."),
        ("raise SystemExit('bye')", "SystemExit: bye."),
        ("def provider(settings):\n    return object()", "a provider is called as in"),
        (
            WORKS.replace("ScriptedProvider()", "ScriptedProvider(name='openai')"),
            'There is a provider "openai" already.',
        ),
        (
            WORKS.replace("ScriptedProvider()", "ScriptedProvider(name='other')"),
            'Its models are called "other:...", not',
        ),
        (f"{ODD}    find = None\n", "It lacks find."),
        (f"{ODD}    data = None\n", "It lacks data(), the text of its data file."),
        (
            f"{ODD}    data = lambda self: '[provider]\\nwings = 2'\n",
            "Its data or settings are wrong at wings:",
        ),
    ],
)
def test_a_broken_one_is_left_out_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, reason: str
) -> None:
    _install(monkeypatch, tmp_path, "broken_brush", code)
    found = _found()
    assert found.providers == ()
    assert [one.package for one in found.left_out] == ["broken_brush"]
    assert reason in found.left_out[0].reason


async def test_the_owner_reads_which_package_is_left_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _install(monkeypatch, tmp_path / "site", "broken_brush", "raise OSError('out of paint')")
    async with a_served_house(tmp_path / "data") as served:
        served.house.studio.left_out = _found().left_out
        browser = await served.browser(served.house.owner)
        page = (await browser.get("/settings/providers", headers={"Accept": "text/html"})).body.decode()
        assert "<b>broken_brush</b> is left out. OSError: out of paint." in page
