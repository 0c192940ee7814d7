"""Databases that fail on command: SQLite as a file that is locked, PostgreSQL as a server that refuses or is gone."""

import sqlite3
from collections.abc import Callable
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

Breaks = Callable[[], bool]
"""Asked before each statement; whether it was the right one is not told."""

HARMLESS = ("PRAGMA", "ROLLBACK")


def lost_commit() -> OperationalError:
    return OperationalError("COMMIT", None, sqlite3.OperationalError("the connection was lost"))


def watch_sqlite(engine: Engine, breaks: Breaks, strangely: Breaks) -> None:
    """Mostly it is only busy; sometimes it is something that nobody thought of."""

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Any:
            if not sql.startswith(HARMLESS) and breaks():
                raise self._broken()
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any) -> Any:
            if breaks():
                raise self._broken()
            return super().executemany(sql, parameters)

        def _broken(self) -> sqlite3.Error:
            if strangely():
                return sqlite3.InternalError("something that nobody thought of")
            return sqlite3.OperationalError("database is locked")

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> Any:
            return super().cursor(Cursor)

    @event.listens_for(engine, "do_connect")
    def connecting(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        parameters["factory"] = Connection


def watch_postgres(engine: Engine, breaks: Breaks, strangely: Breaks) -> None:
    """Mostly a lock is not had in time, which ends the transaction; sometimes the server is gone."""

    class Connection(psycopg.Connection[Any]):
        def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
            if breaks():
                gen.close()
                raise self._broken()
            return super().wait(gen, *args, **options)

        def _broken(self) -> psycopg.Error:
            if strangely() or self.pgconn.pipeline_status:
                self.pgconn.finish()
                return psycopg.OperationalError("the connection was lost")
            self.pgconn.exec_(b"SELECT 1 / 0")  # the server, too, holds this transaction for failed
            return psycopg.errors.LockNotAvailable("canceling statement due to lock timeout")

    @event.listens_for(engine, "do_connect")
    def connecting(_dialect: Any, _record: Any, args: Any, parameters: dict[str, Any]) -> Any:
        return Connection.connect(*args, **parameters)
