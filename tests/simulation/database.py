"""A process's database in the simulation: a point before and after each commit, and failures on command."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from app.db.engine import Database, Tx
from tests.simulation.process import Process

HARMLESS = ("PRAGMA", "ROLLBACK")
_KEPT: dict[tuple[str, str], "SimulatedDatabase"] = {}


def database(url: str, process: Process) -> "SimulatedDatabase":
    """With connections of its own; what was compiled for an earlier process of that name is kept, to save time."""
    key = (url, process.name)
    if key not in _KEPT:
        _KEPT[key] = SimulatedDatabase(url)
    _KEPT[key].process = process
    return _KEPT[key]


class SimulatedDatabase(Database):
    process: Process

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=2)
        if self.is_sqlite:
            for engine in (self._writer, self._reader):
                _watch(engine, self)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        process = self.process
        process.point()
        breaks = False
        with super().write() as tx:
            yield tx
            breaks = process.commit_breaks()
            if breaks and not process.commit_took_effect:
                raise _lost()
        if breaks:
            raise _lost()
        process.point()


def _lost() -> OperationalError:
    return OperationalError("COMMIT", None, sqlite3.OperationalError("the connection was lost"))


def _broken(process: Process) -> sqlite3.Error:
    """Mostly it is only busy; sometimes it is something that nobody thought of."""
    if process.statements % 3:
        return sqlite3.OperationalError("database is locked")
    return sqlite3.InternalError("something that nobody thought of")


def _watch(engine: Engine, db: SimulatedDatabase) -> None:
    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> Any:
            if not sql.startswith(HARMLESS) and db.process.statement_breaks():
                raise _broken(db.process)
            return super().execute(sql, parameters)

        def executemany(self, sql: str, parameters: Any) -> Any:
            if db.process.statement_breaks():
                raise _broken(db.process)
            return super().executemany(sql, parameters)

    class Connection(sqlite3.Connection):
        def cursor(self, _factory: Any = None) -> Any:
            return super().cursor(Cursor)

    @event.listens_for(engine, "do_connect")
    def connecting(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
        parameters["factory"] = Connection
