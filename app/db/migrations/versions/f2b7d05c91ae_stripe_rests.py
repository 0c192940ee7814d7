"""What is not asked of Stripe for a while."""

import sqlalchemy as sa
from alembic import op

revision = "f2b7d05c91ae"
down_revision = "d9a3f1c7e520"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "stripe_rest",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("began_at", instant, nullable=False),
        sa.Column("rests_until", instant, nullable=False),
        sa.Column("probing", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    op.drop_table("stripe_rest")
