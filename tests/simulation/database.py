"""A process's database in the simulation: a point before and after each commit, and failures on command."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.db.engine import Database, Tx
from tests.simulation.database_faults import lost_commit, watch_postgres, watch_sqlite
from tests.simulation.process import Process

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
        watch = watch_sqlite if self.is_sqlite else watch_postgres
        for engine in (self._writer, self._reader):
            watch(engine, self._breaks, self._breaks_strangely)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        process = self.process
        process.point()
        breaks = False
        with super().write() as tx:
            yield tx
            breaks = process.commit_breaks()
            if breaks and not process.commit_took_effect:
                raise lost_commit()
        if breaks:
            raise lost_commit()
        process.point()

    def _breaks(self) -> bool:
        return self.process.statement_breaks()

    def _breaks_strangely(self) -> bool:
        return self.process.statements % 3 == 0
