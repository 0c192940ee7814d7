"""The schema's version: upgrading it, and telling whether the database is at it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.db.engine import Database


def upgrade(db: Database) -> None:
    """Bring the database to the newest schema; safe to run at any time, also by two processes at once."""
    with db.write() as tx:
        if not db.is_sqlite:
            tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7364019230194)")
        config = _config()
        config.attributes["connection"] = tx
        command.upgrade(config, "head")


def is_current(db: Database) -> bool:
    """Whether the database has the newest schema."""
    with db.read() as tx:
        here = MigrationContext.configure(tx).get_current_revision()
    return here == ScriptDirectory.from_config(_config()).get_current_head()


def revision(db: Database, message: str) -> None:
    """Write a new migration from the difference between the models and the database; for developers."""
    with db.write() as tx:
        config = _config()
        config.attributes["connection"] = tx
        command.revision(config, message, autogenerate=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
