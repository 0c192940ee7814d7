"""The answers about access beside the facts."""

import sqlalchemy as sa
from alembic import op

revision = "a41c0de5b7f2"
down_revision = "0f6e8000af29"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access", sa.Column("answers", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("access", "answers")
