"""Templates as the bytecode they become, kept where Python keeps that of its modules and by the same rules."""

import contextlib
import pickle
import sys
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from photoplay.core.files import write_atomically


class CompiledTemplates(BytecodeCache):
    """To compile a template takes ten times as long as to read what it became, and a first page has thirty of them.

    Where the folder cannot be written, or Python is told to write no bytecode, they are compiled by each process.
    """

    def __init__(self, templates: Path) -> None:
        self._folder = Path(cache_from_source(str(templates / "any.html"))).parent

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError, EOFError, pickle.UnpicklingError), self._path(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            write_atomically(self._path(bucket), bucket.bytecode_to_string())

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.pyc"
