"""How Alembic reaches the store: on the connection it is given, else on the store's own URL."""

import os

from alembic import context
from alembic.util import CommandError
from sqlalchemy import Connection

from store.engine import DEFAULT_URL, build_engine, find_place, make_file
from store.migrating import VERSION_TABLE, migration
from store.models import Base


def run(connection: Connection) -> None:
    """Run what Alembic was asked for, in the transaction that is open."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        version_table=VERSION_TABLE,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    raise CommandError("the store migrates on a connection; --sql is not supported")
if given := context.config.attributes.get("connection"):
    run(given)
else:
    place = find_place(os.environ.get("NORTHSTAR_STORE_URL", DEFAULT_URL))
    make_file(place)
    engine = build_engine(place, wait_seconds=5)
    with migration(engine) as opened:
        run(opened)
    engine.dispose()
