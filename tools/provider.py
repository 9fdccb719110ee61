"""Writes the files of a new provider, as docs/how-to/add-a-provider.md has them: `make provider name=acme`."""

import re
import sys
import textwrap
from pathlib import Path
from typing import Final, NamedTuple

from photoplay.core import clock

ROOT: Final = Path(__file__).parents[1]
HOW_TO: Final = Path("docs/how-to/add-a-provider.md")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_BLOCK: Final = re.compile(r"```(?:python|toml)\n(.*?)```", re.DOTALL)


class Names(NamedTuple):
    """A vendor's name as each place writes it: "acme-labs", "acme_labs", "ACME_LABS", "AcmeLabs", "Acme Labs"."""

    name: str
    module: str
    variable: str
    kind: str
    title: str


def names_of(name: str) -> Names:
    """All forms of a name. Raises `ValueError` for one that is no provider's."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f'"{name}" cannot be a provider: small letters, digits and hyphens, such as acme or acme-labs.'
        )
    words = name.split("-")
    module = "_".join(words)
    return Names(name, module, module.upper(), "".join(map(str.title, words)), " ".join(map(str.title, words)))


def files_of(name: str, root: Path) -> dict[Path, str]:
    """The three files of a provider, by where they belong below `root`. Raises `ValueError`."""
    names = names_of(name)
    blocks = [textwrap.dedent(block) for block in _BLOCK.findall((ROOT / HOW_TO).read_text("utf-8"))]
    code, data, test = (_renamed(block, names) for block in blocks[:3])
    package = root / "src" / "photoplay" / "providers"
    return {
        package / f"{names.module}.py": code,
        package / f"{names.module}.toml": data,
        root / "tests" / "providers" / f"test_{names.module}.py": test,
    }


def write(name: str, root: Path = ROOT) -> list[Path]:
    """Writes them where nothing is yet; what it wrote. Raises `ValueError` for a name that is taken or cannot be."""
    files = files_of(name, root)
    if taken := [path for path in files if path.exists()]:
        raise ValueError(f"There is {taken[0].relative_to(root)} already. Nothing was written.")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(files)


def _renamed(text: str, names: Names) -> str:
    """The how-to's Brush under another name: as a class in code, as a title in words, as a module in paths."""
    text = re.sub(r"(?<=read_on = )[\d-]+", clock.now().date().isoformat(), text.replace("BRUSH", names.variable))
    text = re.sub(r"(?<=class )Brush|(?<=-> )Brush|(?<=import )Brush|Brush(?=Settings|\()", names.kind, text)
    text = text.replace("Brush", names.title)
    text = re.sub(r"(?<=providers\.)brush|(?<=test_)brush(?=_)", names.module, text)
    return text.replace("brush", names.name)


if __name__ == "__main__":
    try:
        made = write(*sys.argv[1:2] or ("",))
    except ValueError as error:
        sys.exit(str(error))
    print("\n".join(str(path.relative_to(ROOT)) for path in made))
    print("Next: docs/how-to/add-a-provider.md says what to change in them; then `make docs` and `make test`.")
