"""Finds assets by the words of their prompt and title: FTS5 on SQLite, a text index on Postgres."""

import re
from typing import Final

from sqlalchemy import ColumnElement, text
from sqlalchemy.orm import Session

from photoplay.assets.tables import AssetRow

_WORD = re.compile(r"\w+")
_MOST_WORDS: Final = 12


def index_words(session: Session, row: AssetRow) -> None:
    """Makes a new asset findable by its title and prompt. One whose title has changed is forgotten first."""
    values = {"asset_id": row.id, "owner_id": row.owner_id, "body": f"{row.title}\n{row.prompt}"}
    session.execute(
        text("INSERT INTO asset_search (asset_id, owner_id, body) VALUES (:asset_id, :owner_id, :body)"), values
    )


def forget_words(session: Session, asset_id: str) -> None:
    """Takes an asset out of the index."""
    session.execute(text("DELETE FROM asset_search WHERE asset_id = :asset_id"), {"asset_id": asset_id})


def matches(session: Session, owner_id: str, words: str) -> ColumnElement[bool] | None:
    """The condition "its title or prompt has all these words, or words that begin so"; None when there are no words."""
    found = _WORD.findall(words.lower())[:_MOST_WORDS]
    if not found:
        return None
    if session.get_bind().dialect.name == "sqlite":
        terms = " ".join(f'"{word}"*' for word in found)
        query = text("SELECT asset_id FROM asset_search WHERE asset_search MATCH :terms").bindparams(
            terms=f'owner_id : "{owner_id}" AND body : ({terms})'
        )
    else:
        query = text(
            "SELECT asset_id FROM asset_search WHERE owner_id = :owner_id"
            " AND to_tsvector('simple', body) @@ to_tsquery('simple', :terms)"
        ).bindparams(owner_id=owner_id, terms=" & ".join(f"{word}:*" for word in found))
    return AssetRow.id.in_(query.columns(AssetRow.id).scalar_subquery())
