"""Account credits."""

import sqlalchemy as sa
from alembic import op

revision = "c58f0e31d7a4"
down_revision = "b7d2c94e1f06"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_credit",
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("charge", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stripe_id", sa.String(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("claim"),
    )
    op.create_index("ix_account_credit_charge", "account_credit", ["charge"])
    op.create_index("ix_account_credit_due_at", "account_credit", ["due_at"])


def downgrade() -> None:
    op.drop_table("account_credit")
