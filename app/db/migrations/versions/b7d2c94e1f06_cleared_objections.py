"""Disputes and fraud warnings that an operator has found to be over."""

import sqlalchemy as sa
from alembic import op


revision = "b7d2c94e1f06"
down_revision = "a41c0de5b7f2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("settlement", sa.Column("cleared", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("settlement", "cleared")
