"""How a command begins: the settings, a database at this version's schema, and everything wired together."""

import typer

from app import logs
from app.billing.context import Context
from app.db import schema
from app.db.engine import Database
from app.errors import PaidthroughError
from app.settings import Settings, load_settings
from app.wiring import wire


def start() -> Context:
    settings = load()
    check_schema(settings)
    return wire(settings)


def load() -> Settings:
    logs.configure()
    return load_settings()


def check_schema(settings: Settings, *, upgrade_sqlite: bool = False) -> None:
    """Raise with what to do if the schema is not this version's. Its connections are closed: a fork follows."""
    db = Database(settings.database_url)
    try:
        if schema.is_current(db):
            return
        if not (upgrade_sqlite and db.is_sqlite):
            raise PaidthroughError("The database is not at this version's schema: run `paidthrough db upgrade` first.")
        schema.upgrade(db)
        typer.echo(f"Upgraded {db.url.database} to this version's schema.", err=True)
    finally:
        db.close()
