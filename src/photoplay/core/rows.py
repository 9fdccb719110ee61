"""The base of all tables, and column types for aware times and exact money."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import orjson
from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Insert,
    MetaData,
    Table,
    Update,
    bindparam,
    insert,
    inspect,
    text,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, InstanceState, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import JSON, TypeDecorator

from photoplay.core.money import SIX_PLACES

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

_CONNECTION: Final = "connection"
_WHERE: Final = "where"


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time, stored as whole microseconds since 1970, so that both databases order and compare it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return round(value.timestamp() * 1_000_000)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else datetime.fromtimestamp(value / 1_000_000, UTC)


class Usd(TypeDecorator[Decimal]):
    """Dollars with six places, stored as whole millionths, so that sums in the database are exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        return None if value is None else int((value * 1_000_000).to_integral_exact())

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else (Decimal(value) / 1_000_000).quantize(SIX_PLACES)


def table_of(row: type["Row"]) -> Table:
    """The table behind a row class, for statements that go past the session."""
    table = row.__table__
    assert isinstance(table, Table)
    return table


def index_of_some(name: str, *columns: str, where: str) -> Index:
    """An index over those rows only that `where` says, in SQL.

    `tell_postgres` says so in the words of Postgres: said here, they would load all that SQLAlchemy knows of it at each start.
    """
    return Index(name, *columns, sqlite_where=text(where), info={_WHERE: where})


def tell_postgres(metadata: MetaData) -> None:
    """Makes indexes of some rows the same on Postgres: for whoever writes migrations."""
    for index in (one for table in metadata.tables.values() for one in table.indexes if _WHERE in one.info):
        index.dialect_kwargs["postgresql_where"] = text(index.info[_WHERE])


def json_text(value: Any) -> str:
    """What a JSON column keeps. Raises `TypeError` for what JSON cannot say."""
    return orjson.dumps(value).decode()


def connection_of(session: Session) -> Connection:
    """The connection of a session's transaction, for statements that go past the session. Asked for once: it is looked up each
    time otherwise, which takes as long as a short statement. Once for each savepoint too, which begins by being asked.
    """
    now = session.get_nested_transaction() or session.get_transaction()
    known: tuple[object, Connection] | None = session.info.get(_CONNECTION)
    if known is not None and known[0] is now:
        return known[1]
    connection = session.connection()
    session.info[_CONNECTION] = (session.get_nested_transaction() or session.get_transaction(), connection)
    return connection


def insert_rows(session: Session, rows: Sequence["Row"]) -> None:
    """Writes new rows of one table at once, past the session, which does not come to know them: a third of a flush.

    All have the same columns filled in, else `ValueError`; the others get their defaults in the database only.
    """
    if rows:
        values = [{name: value for name, value in vars(row).items() if name != "_sa_instance_state"} for row in rows]
        if any(one.keys() != values[0].keys() for one in values):
            raise ValueError(f"Not all new rows of {rows[0].__tablename__} have the same columns filled in.")
        connection_of(session).execute(_insert_of(type(rows[0])), values)


def write_changes(session: Session) -> None:
    """Writes what was set on the rows of this session and lets go of them, past its unit of work: a third of a flush.

    The last thing before the end of a transaction. Where rows were added or deleted too, which may have to come first,
    nothing happens, and the flush writes it all.
    """
    if session.new or session.deleted:
        return
    rows: list[Row] = list(session.dirty)
    alike: dict[tuple[type[Row], tuple[str, ...]], list[dict[str, Any]]] = {}
    for row in rows:
        known: InstanceState[Row] = inspect(row)
        names = tuple(known.committed_state)
        if names and known.identity is not None:
            key = {f"key_{number}": value for number, value in enumerate(known.identity)}
            values = {name: getattr(row, name) for name in names}
            alike.setdefault((type(row), names), []).append(values | key)
    for (kind, names), changes in alike.items():
        if connection_of(session).execute(_update_of(kind, names), changes).rowcount != len(changes):
            raise StaleDataError(f"A row of {kind.__tablename__} is gone.")
    session.expunge_all()


@cache
def _update_of(row: type["Row"], names: tuple[str, ...]) -> Update:
    table = table_of(row)
    key = [column == bindparam(f"key_{number}", type_=column.type) for number, column in enumerate(table.primary_key)]
    return update(table).where(*key).values({name: bindparam(name, type_=table.c[name].type) for name in names})


@cache
def _insert_of(row: type["Row"]) -> Insert:
    return insert(table_of(row))


def dialect_of(session: Session) -> str:
    """Which database a session speaks to: `sqlite` or `postgresql`.

    Statements that run often are built once for each: to build one takes far longer than to run it.
    """
    return session.get_bind().dialect.name


def insert_in(dialect: str, row: type["Row"]) -> "sqlite.Insert | postgresql.Insert":
    """An insert in the words of one database, which may say what to do `on_conflict_...`."""
    if dialect == "sqlite":
        return sqlite.insert(table_of(row))
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table_of(row))


def insert_into(session: Session, row: type["Row"]) -> "sqlite.Insert | postgresql.Insert":
    """An insert in the words of this session's database."""
    return insert_in(dialect_of(session), row)


class Row(DeclarativeBase):
    """One row of a table. Each room declares its own in `tables.py`."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime,
        Decimal: Usd,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        int: BigInteger,
    }

    def __init__(self, **values: Any) -> None:
        """A new row. Raises `TypeError` for what is no column.

        Its values are put down at once, past what the session does to hear of changes: there is nothing before them.
        """
        if not values.keys() <= _names_of(type(self)):
            raise TypeError(f"{self.__tablename__} has no {', '.join(values.keys() - _names_of(type(self)))}.")
        vars(self).update(values)


@cache
def _names_of(row: type[Row]) -> frozenset[str]:
    return frozenset(inspect(row).column_attrs.keys())
