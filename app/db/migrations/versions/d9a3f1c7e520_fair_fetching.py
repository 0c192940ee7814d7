"""Turns for objects to fetch."""

import sqlalchemy as sa
from alembic import op

revision = "d9a3f1c7e520"
down_revision = "e1a9c46b20d8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fetch_request", sa.Column("whose", sa.String(), nullable=False, server_default=""))
    op.add_column("fetch_request", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_fetch_request_turn_due_at", "fetch_request", ["turn", "due_at"])
    op.create_index("ix_fetch_request_whose_turn", "fetch_request", ["whose", "turn"])


def downgrade() -> None:
    op.drop_index("ix_fetch_request_whose_turn", "fetch_request")
    op.drop_index("ix_fetch_request_turn_due_at", "fetch_request")
    op.drop_column("fetch_request", "turn")
    op.drop_column("fetch_request", "whose")
