"""A database is brought up to date once, however many start at the same moment, and a newer one is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from photoplay.bootstrap import open_database
from photoplay.core.db import DatabaseAway, migration_engine
from photoplay.migrations import SchemaTooNew, migrate
from tests.factories import settings_for
from tests.servers import Postgres

STARTERS = 10
PROGRAM = """
import os, sys
from photoplay.core.db import migration_engine
from photoplay.migrations import migrate

gate, opened = os.pipe()
for number in range(int(sys.argv[1])):
    if os.fork() == 0:
        os.close(opened)
        os.read(gate, 1)
        done = [str(migrate(migration_engine(url))) for url in sys.argv[2:]]
        os.write(1, (" ".join(done) + "\\n").encode())
        os._exit(0)
os.close(gate)
os.close(opened)
sys.exit(max(os.wait()[1] for number in range(int(sys.argv[1]))))
"""


def test_of_ten_processes_that_start_together_one_migrates(postgres: Postgres, tmp_path: Path) -> None:
    with postgres.database(is_migrated=False) as address:
        urls = [f"sqlite:///{tmp_path / 'new.sqlite3'}", address.replace("postgresql", "postgresql+psycopg", 1)]
        command = [sys.executable, "-c", PROGRAM, str(STARTERS), *urls]
        said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout
    answers = [line.split() for line in said.splitlines()]
    for of_one_database in zip(*answers, strict=True):
        assert sorted(of_one_database) == ["False"] * (STARTERS - 1) + ["True"]


@pytest.mark.usefixtures("on_both_databases")
def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    open_database(settings).close()
    engine = migration_engine(settings.database_address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNew, match="schema 9999"):
        migrate(engine)
    engine.dispose()


def test_a_server_that_does_not_answer_is_told_in_plain_words(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, DATABASE_URL=f"postgresql://me:secret@/mine?host={tmp_path}")
    with pytest.raises(DatabaseAway, match="The database cannot be used") as told:
        open_database(settings)
    assert "secret" not in told.value.message
