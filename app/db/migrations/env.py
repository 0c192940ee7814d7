"""Alembic's entry: runs the migrations on the connection that `app.db.schema` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import String
from sqlmodel.sql.sqltypes import AutoString

from app.db.tables import metadata
from app.db.types import UtcDateTime


def _plain(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    # A migration must not change when our own column types do.
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _same_type(_context: Any, _inspected: Any, _model: Any, inspected_type: Any, model_type: Any) -> bool | None:
    return False if isinstance(model_type, AutoString) and isinstance(inspected_type, String) else None


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    render_as_batch=True,
    render_item=_plain,
    compare_type=_same_type,
)
with context.begin_transaction():
    context.run_migrations()
