"""Cursors of walks through Stripe's lists and the mirror."""

import sqlalchemy as sa
from alembic import op


revision = '8d1f0a5c3b7e'
down_revision = '6b7608b23092'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sweep_cursor',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('position', sa.String(), nullable=True),
    sa.Column('position_at', sa.BigInteger(), nullable=True),
    sa.Column('counted', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reached_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('name')
    )


def downgrade() -> None:
    op.drop_table('sweep_cursor')
