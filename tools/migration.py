"""Writes the next migration: what the tables have that the migrations do not make. `make migration m="add tags"`."""

import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from alembic.operations.ops import UpgradeOps
from sqlalchemy import create_engine

from photoplay.migrations import HEAD, migrate
from photoplay.migrations.metadata import METADATA

FOLDER = Path(__file__).parents[1] / "src" / "photoplay" / "migrations"
MADE_BY_HAND = re.compile(r"asset_(search|words)(_\w+)?|alembic_version")
"""Tables that migrations make with words of their own, since SQLAlchemy does not know their kind."""

FORM = '''"""{message}."""

import sqlalchemy as sa
from alembic import op

{imports}revision = "{number}"
down_revision = "{before}"


def upgrade() -> None:
    """{message}."""
    {body}
'''


def missing() -> tuple[UpgradeOps, str]:
    """What the migrations lack against the tables, as operations and as code; both empty when nothing is missing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/fresh.sqlite3")
        migrate(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"include_object": _is_ours, "compare_type": True})
            operations = produce_migrations(context, METADATA).upgrade_ops
            assert operations is not None
            code = "" if operations.is_empty() else render_python_code(operations, migration_context=context)
        engine.dispose()
    return operations, code


def _is_ours(_thing: Any, name: str | None, kind: str, *_how: Any) -> bool:
    return kind != "table" or not MADE_BY_HAND.fullmatch(name or "")


def write(message: str) -> Path:
    """Writes the file and raises `HEAD`."""
    _, code = missing()
    if not code:
        sys.exit("The tables are as the migrations make them: change a tables.py first.")
    number = f"{int(HEAD) + 1:04}"
    code = code.replace("photoplay.core.rows.", "rows.")
    imports = "from photoplay.core import rows\n\n" if "rows." in code else ""
    words = message.strip().rstrip(".")
    text = FORM.format(
        message=words[:1].upper() + words[1:], imports=imports, number=number, before=HEAD, body=code.strip()
    )
    path = FOLDER / "versions" / f"{number}_{re.sub(r'[^a-z0-9]+', '_', words.lower()).strip('_')}.py"
    path.write_text(text, "utf-8")
    head = FOLDER / "_migrate.py"
    head.write_text(head.read_text("utf-8").replace(f'HEAD: Final = "{HEAD}"', f'HEAD: Final = "{number}"'), "utf-8")
    return path


if __name__ == "__main__":
    written = write(" ".join(sys.argv[1:]))
    print(f"Wrote {written.relative_to(FOLDER.parents[2])}: read it, then `make fix` and `make test`.")
