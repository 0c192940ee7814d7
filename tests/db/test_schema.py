"""The migrations arrive at the models."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import String

from app.db import schema
from app.db.engine import Database
from app.db.tables import metadata


def test_migrations_and_models_agree(db: Database) -> None:
    with db.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": _compare})
        assert compare_metadata(context, metadata()) == []


def test_a_migrated_database_is_current(db: Database) -> None:
    assert schema.is_current(db)


def test_upgrading_again_changes_nothing(db: Database) -> None:
    schema.upgrade(db)
    assert schema.is_current(db)


def _compare(_context: object, _column: object, _model: object, inspected: object, model: object) -> bool | None:
    return False if isinstance(model, String) and isinstance(inspected, String) else None
