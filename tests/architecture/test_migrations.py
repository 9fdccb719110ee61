"""The migrations make exactly the tables that the rooms declare."""

import re

from photoplay.migrations import HEAD
from tests.architecture.tree import PACKAGE
from tools.migration import missing


def test_migrations_make_the_tables_that_the_rooms_declare() -> None:
    _, code = missing()
    assert code == "", 'A tables.py changed: `make migration m="what changed"`.'


def test_migrations_follow_each_other_up_to_the_head() -> None:
    files = sorted((PACKAGE / "migrations" / "versions").glob("[0-9]*.py"))
    links = [
        re.findall(r'^(?:down_)?revision = (?:"(\d+)"|None)', path.read_text("utf-8"), re.MULTILINE) for path in files
    ]
    assert [own for own, _ in links] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [before for _, before in links] == ["", *[own for own, _ in links[:-1]]]
    assert links[-1][0] == HEAD


def test_every_room_with_tables_is_compared() -> None:
    compared = (PACKAGE / "migrations" / "metadata.py").read_text("utf-8")
    assert [
        path.parent.name
        for path in PACKAGE.glob("*/tables.py")
        if f"photoplay.{path.parent.name}.tables" not in compared
    ] == []
