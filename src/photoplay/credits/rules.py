"""What an admin has set about money, as rows over what is shipped. Only what differs is kept."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from photoplay.core.rows import connection_of, insert_into
from photoplay.credits.tables import RuleRow

_RULES: Final = select(RuleRow.name, RuleRow.changes)


def rules_in_force(session: Session) -> dict[str, dict[str, Any]]:
    """Every change by its name: `pricing`, `plan:pro`."""
    return {name: dict(changes) for name, changes in connection_of(session).execute(_RULES)}


def keep_rule(session: Session, name: str, changes: Mapping[str, Any]) -> None:
    """Keeps these changes under a name in the place of what was there; without any, what is shipped holds again."""
    if not changes:
        session.execute(delete(RuleRow).where(RuleRow.name == name))
        return
    insert = insert_into(session, RuleRow).values(name=name, changes=dict(changes))
    session.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"changes": dict(changes)}))
