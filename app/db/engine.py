"""Opening the database: the same transactions on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any, TypeVar
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from app.db.discreet import keep_discreet
from app.errors import NotStored

Found = TypeVar("Found")
Tx = Connection
"""A connection inside a transaction (`write`) or outside of one (`read`)."""

DatabaseError = DBAPIError
BUSY_TIMEOUT_MS = 10_000

# Every statement of ours has an index to go by, and its plan is made once for each connection: not for the values at
# hand, and not to read a table whole because it was small at the time.
PLANNING = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
}


class Database:
    """Two engines over one database: one whose connections write in transactions, one that only reads."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "pool_pre_ping": False}
        options["hide_parameters"] = True  # what a statement was to write is in no error, and so in no log
        self._mine = local()
        self._kept: WeakSet[Tx] = WeakSet()
        self._writer = create_engine(parsed, **options)
        self._reader = create_engine(parsed, isolation_level="AUTOCOMMIT", **options)
        keep_discreet(self._writer)
        keep_discreet(self._reader)
        if self.is_sqlite:
            _prepare_sqlite(self._writer, immediate=True)
            _prepare_sqlite(self._reader, immediate=False)
        else:
            _prepare_postgres(self._writer)
            _prepare_postgres(self._reader)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction; on SQLite it holds the write lock from its start."""
        with self._writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Single statements, each seeing what is committed at its start."""
        with self._reader.connect() as tx:
            yield tx

    def look_up(self, read: Callable[[Tx], Found]) -> Found:
        """As `read`, over a connection that this thread keeps: to get one costs more than to find a row.

        If it has gone since it was last used, the same is tried over another.
        """
        tx: Tx | None = getattr(self._mine, "tx", None)
        if tx is not None:
            try:
                return read(tx)
            except DBAPIError:
                self._give_up(tx)
        tx = self._mine.tx = self._reader.connect()
        self._kept.add(tx)
        try:
            return read(tx)
        except DBAPIError:
            self._give_up(tx)
            raise

    def _give_up(self, tx: Tx) -> None:
        del self._mine.tx
        tx.invalidate()
        tx.close()

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    def close(self) -> None:
        for tx in tuple(self._kept):
            tx.close()
        self._mine = local()
        self._writer.dispose()
        self._reader.dispose()


@contextmanager
def stored_or_refused() -> Iterator[None]:
    """Turn a database that is away or locked into `NotStored`, which the door answers with 503."""
    try:
        yield
    except OperationalError as error:
        raise NotStored(str(error.orig)) from error


def _prepare_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _entry: ConnectionPoolEntry) -> None:
        for setting, value in PLANNING.items():
            dbapi.execute(f"SET {setting} = {value}")
        dbapi.commit()


def _prepare_sqlite(engine: Engine, *, immediate: bool) -> None:
    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _entry: ConnectionPoolEntry) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # an event that we acknowledge must survive a power cut
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    if immediate:

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
