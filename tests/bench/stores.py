"""Fresh databases that keep what they acknowledge: for an honest figure PostgreSQL runs with fsync here."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.db import schema
from app.db.engine import Database
from tests.bench.usage import cpu_seconds, parent_of
from tests.support.databases import postgres_server

KINDS = ("sqlite", "postgres")


@dataclass(frozen=True, kw_only=True)
class Store:
    """`pid` is the database server's, if there is one."""

    url: str
    pid: int | None


def fresh(kind: str, name: str, folder: Path) -> Store:
    """An empty migrated database."""
    store = _sqlite(name, folder) if kind == "sqlite" else _postgres(name)
    db = Database(store.url)
    schema.upgrade(db)
    db.close()
    return store


def drop(store: Store) -> None:
    """A million rows need not stay until the end."""
    url = make_url(store.url)
    if store.pid is None:
        for path in Path(url.database or "").parent.glob(f"{Path(url.database or '').name}*"):
            path.unlink()
        return
    engine = create_engine(postgres_server(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))
    engine.dispose()


def cpu_of(store: Store) -> float:
    """Of the database server, so far."""
    return 0.0 if store.pid is None else cpu_seconds(store.pid)


def _sqlite(name: str, folder: Path) -> Store:
    return Store(url=f"sqlite:///{folder / name}.sqlite3", pid=None)


def _postgres(name: str) -> Store:
    server = postgres_server()
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM RESET fsync"))
        connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f'CREATE DATABASE "bench_{name}"'))
        pid = parent_of(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    engine.dispose()
    with create_engine(server).connect() as connection:
        assert connection.execute(text("SHOW fsync")).scalar_one() == "on"
    url = make_url(server).set(database=f"bench_{name}").render_as_string(hide_password=False)
    return Store(url=url, pid=pid)
