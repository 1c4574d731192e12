"""${message}."""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Say in one line what a store has afterwards."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Back to the migration before."""
    ${downgrades if downgrades else "pass"}
