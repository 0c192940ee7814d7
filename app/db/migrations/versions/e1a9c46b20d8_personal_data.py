"""Erasing personal data, files that were removed, and operators who signed out."""

import sqlalchemy as sa
from alembic import op

revision = "e1a9c46b20d8"
down_revision = "c58f0e31d7a4"
branch_labels = None
depends_on = None

FREE_TEXT = {"claim_journal": "detail", "refund_decision": "seen"}
"""All that may ever change in these tables, once, and together with `erased_at`."""


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("evidence", sa.Column("removed_at", instant, nullable=True))
    op.create_table(
        "erasure",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("erased_at", instant, nullable=False),
        sa.Column("counted", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("ix_erasure_uid", "erasure", ["uid"])
    op.create_table(
        "ended_session",
        sa.Column("session_hash", sa.String(), nullable=False),
        sa.Column("until", instant, nullable=False),
        sa.PrimaryKeyConstraint("session_hash"),
    )
    for table in FREE_TEXT:
        op.add_column(table, sa.Column("erased_at", instant, nullable=True))
        _guard(table, unless=_is_erasure(table))


def downgrade() -> None:
    op.drop_table("ended_session")
    op.drop_table("erasure")
    for table in FREE_TEXT:
        _guard(table, unless=None)
        op.drop_column(table, "erased_at")
    op.drop_column("evidence", "removed_at")


def _is_erasure(table: str) -> str:
    same = "IS NOT DISTINCT FROM" if op.get_bind().dialect.name == "postgresql" else "IS"
    columns = [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]
    fixed = [name for name in columns if name not in (FREE_TEXT[table], "erased_at")]
    unchanged = " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in fixed)
    return f"OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND {unchanged}"


def _guard(table: str, *, unless: str | None) -> None:
    when = f"WHEN (NOT ({unless}))" if unless else ""
    trigger = f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(f"{trigger} FOR EACH ROW {when} EXECUTE FUNCTION refuse_update()")
    else:
        op.execute(f"DROP TRIGGER {table}_append_only")
        op.execute(f"{trigger} FOR EACH ROW {when} BEGIN SELECT RAISE(ABORT, '{table} is append only'); END")
