"""What Alembic runs: the migrations of this folder, on the connection it is given."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
