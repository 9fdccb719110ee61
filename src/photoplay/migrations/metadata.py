"""All tables of all rooms, so that migrations can be compared with them."""

from typing import Final

import photoplay.accounts.tables
import photoplay.assets.tables
import photoplay.campaigns.tables
import photoplay.catalog.tables
import photoplay.credits.tables
import photoplay.events.tables
import photoplay.generation.tables
import photoplay.jobs.tables  # noqa: F401
from photoplay.core.rows import Row, tell_postgres

METADATA: Final = Row.metadata
tell_postgres(METADATA)
