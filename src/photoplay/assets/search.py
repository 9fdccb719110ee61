"""Finds assets by the words of their prompt and title: FTS5 on SQLite, a text index on Postgres, alike in what they find.

Both get plain words, without marks or accents, so that neither reads them as a path, a number or a sign of its own.
On SQLite the words are numbered by time: a page of a common word is read from its newest end, and ends when it is full.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, TypeVarTuple

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, column, literal_column, table, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from photoplay.assets.tables import AssetRow
from photoplay.core.ids import millis_of
from photoplay.core.rows import connection_of

Ts = TypeVarTuple("Ts")
_WORD: Final = re.compile(r"[^\W_]+")
_MOST_WORDS: Final = 12
_LONGEST_WORD: Final = 60
_PLACES_BITS: Final = 20
"""A million assets may be made in one millisecond."""
_LAST_NUMBER: Final = 2**63 - 1

_words: Final = table("asset_words", column("number", BigInteger), column("asset_id"), column("owner"))
_search: Final = table("asset_search")
_number: Final = literal_column("asset_search.rowid", BigInteger)
_INSERT_SQLITE: Final = text(
    "INSERT INTO asset_words (number, asset_id, owner, body) VALUES (coalesce("
    "(SELECT max(number) + 1 FROM asset_words WHERE number >= :first AND number < :beyond), :first), :asset_id, :owner, :body)"
    " ON CONFLICT (asset_id) DO UPDATE SET body = excluded.body"
)
_INSERT_POSTGRES: Final = text(
    "INSERT INTO asset_words (asset_id, owner, body) VALUES (:asset_id, :owner, :body)"
    " ON CONFLICT (asset_id) DO UPDATE SET body = excluded.body"
)


def index_words(session: Session, rows: Sequence[AssetRow]) -> None:
    """Makes assets findable by their present titles and prompts. The words are forgotten with the row."""
    if _is_sqlite(session):
        numbered = [
            _words_of(row) | {"first": _first_number(row.id), "beyond": _first_number(row.id, later=1)} for row in rows
        ]
        connection_of(session).execute(_INSERT_SQLITE, numbered)
    else:
        connection_of(session).execute(_INSERT_POSTGRES, [_words_of(row) for row in rows])


def _words_of(row: AssetRow) -> dict[str, str | int]:
    return {"asset_id": row.id, "owner": _term_of(row.owner_id), "body": _plain(f"{row.title}\n{row.prompt}")}


def has_words(words: str) -> bool:
    """Whether there is anything to look for."""
    return bool(_plain(words))


def with_words(session: Session, query: Select[*Ts], owner_id: str, words: str) -> Select[*Ts]:
    """Of a query about assets of this owner, those whose title or prompt has all these words, or words that begin so."""
    found, owner = _plain(words).split()[:_MOST_WORDS], _term_of(owner_id)
    query = query.select_from(AssetRow).join(_words, _words.c.asset_id == AssetRow.id)
    if _is_sqlite(session):
        terms = f'owner : "{owner}" AND body : ({" ".join(_beginning(word) for word in found)})'
        # The plus keeps SQLite from looking into the text index once per asset instead of beginning there.
        begin_there = literal_column("+asset_search.rowid", BigInteger) == _words.c.number
        return query.join(_search, begin_there).where(text("asset_search MATCH :terms").bindparams(terms=terms))
    matches = text("asset_words.words @@ to_tsquery('simple', :terms)").bindparams(
        bindparam("terms", " & ".join(f"{word}:*" for word in found))
    )
    return query.where(_words.c.owner == owner, matches)


def by_age(session: Session, words: str) -> "ColumnElement[int] | InstrumentedAttribute[str]":
    """What a list is ordered by: it rises with time, and the database can walk along it."""
    return _number if _walks_numbers(session, words) else AssetRow.id


def older_than(session: Session, words: str, asset_id: str) -> ColumnElement[bool]:
    """The condition "made before this one"."""
    older = AssetRow.id < asset_id
    return and_(older, _number < _first_number(asset_id, later=1)) if _walks_numbers(session, words) else older


def newer_than(session: Session, words: str, asset_id: str, *, or_same: bool = False) -> ColumnElement[bool]:
    """The condition "made after this one"."""
    newer = AssetRow.id >= asset_id if or_same else AssetRow.id > asset_id
    return and_(newer, _number >= _first_number(asset_id)) if _walks_numbers(session, words) else newer


def _walks_numbers(session: Session, words: str) -> bool:
    return _is_sqlite(session) and has_words(words)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _first_number(asset_id: str, *, later: int = 0) -> int:
    return min((millis_of(asset_id) + later) << _PLACES_BITS, _LAST_NUMBER)


def _beginning(word: str) -> str:
    return f'"{word}"*'


def _term_of(owner_id: str) -> str:
    """An owner as one word, which an id with its underscore is not."""
    return owner_id.replace("_", "")


def _plain(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words.casefold())
    found = _WORD.findall("".join(one for one in letters if not unicodedata.combining(one)))
    return " ".join(word[:_LONGEST_WORD] for word in found)
