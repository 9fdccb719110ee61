"""The examples of the how-tos do what they say."""

import asyncio
import os
import re
import runpy
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Final

import pytest

from photoplay.core.settings import Settings
from photoplay.providers.local import provider
from tests.architecture.tree import ROOT
from tests.web.served import a_served_house
from tools.provider import write

PATIENCE_SECONDS: Final = 100
_BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def _run(language: str, code: str, folder: Path, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-euo", "pipefail", "-c", code]
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(PATIENCE_SECONDS):
        out, _nothing = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
async def test_the_examples_of_the_api_run_in_their_order(tmp_path: Path) -> None:
    blocks = _BLOCK.findall((ROOT / "docs/how-to/use-the-api.md").read_text("utf-8"))
    data = tmp_path / "photoplay-data"
    async with a_served_house(data, others=(provider(Settings(data=data)),)) as served:
        environment = {"PHOTOPLAY_URL": served.url, "PHOTOPLAY_KEY": (data / "owner.key").read_text().strip()}
        said = [await _run(language, code, tmp_path, environment) for language, code in blocks[1:]]
        assert "export PHOTOPLAY_KEY=$(cat photoplay-data/owner.key)" in blocks[0][1]
        assert not [answer for answer in said if answer.startswith('{"error"')]
        assert (tmp_path / "ocean.webp").read_bytes()[8:12] == b"WEBP"
        assert "generation.succeeded ['ast_" in said[-1]
        assert len((await served.owner.get("/api/v1/generations")).json["items"]) == 2


async def test_a_provider_that_make_writes_works_as_it_is(tmp_path: Path) -> None:
    """A tree of links to the package, with what `make provider name=acme-labs` writes beside it."""
    package = tmp_path / "src" / "photoplay"
    shutil.copytree(
        ROOT / "src/photoplay", package, copy_function=os.symlink, ignore=shutil.ignore_patterns("__pycache__")
    )
    made = write("acme-labs", tmp_path)
    assert [path.name for path in made] == ["acme_labs.py", "acme_labs.toml", "test_acme_labs.py"]
    with pytest.raises(ValueError, match="Nothing was written"):
        write("acme-labs", tmp_path)
    seen = "from photoplay.bootstrap import shipped_providers as found\nfrom photoplay.catalog import Catalog\n"
    seen += "from photoplay.core.settings import Settings\n"
    seen += "print(Catalog(found(Settings())).find('acme-labs-fine').card.id)"
    environment = {"PYTHONPATH": f"{package.parent}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    assert (await _run("python", seen, tmp_path, environment)).split() == ["acme-labs:fine"]
    run = f"{sys.executable} -m pytest -c {ROOT / 'pyproject.toml'} -p tests.conftest {made[-1]}"
    assert "2 passed" in await _run("sh", run, tmp_path, environment)


@pytest.mark.parametrize("name", ["", "Acme", "acme_labs", "-acme", "../acme", "9"])
def test_a_name_that_no_provider_can_have_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be a provider"):
        write(name, tmp_path)


async def test_the_provider_of_the_how_to_works_with_its_three_files_alone(tmp_path: Path) -> None:
    """A tree of links to the package, with the how-to's code, data and test beside it."""
    text = (ROOT / "docs/how-to/add-a-provider.md").read_text("utf-8")
    blocks = [textwrap.dedent(block) for block in re.findall(r"```(?:python|toml)\n(.*?)```", text, re.DOTALL)]
    package = tmp_path / "src" / "photoplay"
    shutil.copytree(
        ROOT / "src/photoplay", package, copy_function=os.symlink, ignore=shutil.ignore_patterns("__pycache__")
    )
    files = (package / "providers/brush.py", package / "providers/brush.toml", tmp_path / "test_brush.py")
    for path, block in zip(files, blocks, strict=True):
        path.write_text(block)
    seen = "from photoplay.bootstrap import shipped_providers as found\nfrom photoplay.catalog import Catalog\n"
    seen += "from photoplay.core.settings import Settings\n"
    seen += "print(Catalog(found(Settings())).find('brush-fine').card.id)"
    environment = {"PYTHONPATH": f"{package.parent}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    assert (await _run("python", seen, tmp_path, environment)).split() == ["brush:fine"]
    run = f"{sys.executable} -m pytest -c {ROOT / 'pyproject.toml'} -p tests.conftest test_brush.py"
    assert "2 passed" in await _run("sh", run, tmp_path, environment)


def test_the_operation_of_the_how_to_explains_its_settings(tmp_path: Path) -> None:
    text = (ROOT / "docs/how-to/add-an-operation.md").read_text("utf-8")
    file = tmp_path / "colorize.py"
    file.write_text(textwrap.dedent(re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]))
    operation = runpy.run_path(str(file))["OPERATION"]
    assert [one["description"] for one in operation.params.model_json_schema()["properties"].values()]
    assert operation.roles[0].name == "source"
