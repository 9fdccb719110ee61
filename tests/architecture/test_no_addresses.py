"""No registry address, no path of one machine, no key in the tree: a clone works anywhere."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, shown

REGISTRY = re.compile(
    r"((index-url|find-links|trusted-host)[ =]|registry\.npm|pypi\.org/simple|\"resolved\": *\"http)",
    re.IGNORECASE,
)
MACHINE = re.compile(r"(?<![\w.])/(work|root|home/[a-z]\w*|Users/\w+)/")
SECRET = re.compile(r"(sk-[A-Za-z0-9]{20,}|AIza[0-9A-Za-z_-]{30,}|-----BEGIN (RSA |EC )?PRIVATE KEY-----)")
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".sh",
    ".html",
    ".js",
    ".css",
    ".yaml",
    ".yml",
    ".json",
    ".lock",
    ".frag",
    ".glsl",
    ".ini",
    ".txt",
    ".cfg",
    "",
}


def tracked_files() -> list[Path]:
    """What git would put into a clone; a copy without git is taken whole."""
    answer = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    if answer.returncode != 0:
        pytest.skip("this copy is no git work tree")
    paths = [ROOT / name for name in answer.stdout.splitlines()]
    return [path for path in paths if path.is_file() and path.suffix in TEXT and path != Path(__file__)]


@pytest.mark.parametrize("pattern", [REGISTRY, MACHINE, SECRET], ids=["registry address", "machine path", "key"])
def test_tree_holds_no(pattern: re.Pattern[str]) -> None:
    found = [
        f"{shown(path)}: {hit.group()}"
        for path in tracked_files()
        for hit in pattern.finditer(path.read_text("utf-8", "replace"))
    ]
    assert found == []


def test_the_locks_pin_and_hash_everything() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-setup.lock"):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text("utf-8").strip())
        assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
