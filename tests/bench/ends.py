"""The job at cycles' ends among a million subscriptions, beside one bare UPDATE of the same rows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from app.policy.access_codec import encode
from tests.bench import stores
from tests.bench.bulk import connected, load
from tests.bench.job_run import Ran, run_job
from tests.bench.stores import Store, cpu_of
from tests.policy.access_bodies import day, facts, invoice, item, line, subscription

COLUMNS = ("subscription", "uid", "customer", "facts", "flips_at", "journalled_to")
RENEWS, ENDS = 30, 40
DAYS = (31, 32, 50)
"""The days on which one, ten, and a hundred of a hundred subscriptions are due.

Those that were due on the first two wait for their renewal from then on, and end with their grace before the last.
"""
QUICKLY_UNDONE = 200_000
OWN, DAY = "sub_of_a_subscriber", 86_400


@dataclass(frozen=True, kw_only=True)
class Bare:
    """One statement over the same rows; `lock` is how long it holds them all, `cpu` is of all processes."""

    rows: int
    lock: float
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Share:
    """`journal` is the journal's part alone: one INSERT from a SELECT, measured where undoing it takes no minute."""

    ours: Ran
    update: Bare
    journal: Bare | None


def ends(kind: str, folder: Path, *, subscriptions: int, patience: float) -> list[Share]:
    """The job is stopped after so many seconds of each share."""
    store = stores.fresh(kind, "ends", folder)
    load(store.url, "access", COLUMNS, _rows(subscriptions))
    try:
        return [_share(store, int(day(each).timestamp()), patience) for each in DAYS]
    finally:
        stores.drop(store)


def _share(store: Store, now: int, patience: float) -> Share:
    update = _bare(store, _UPDATE, now)
    journal = _bare(store, _JOURNAL, now) if update.rows <= QUICKLY_UNDONE else None
    ours = run_job("cycle_end", store, at=now, patience=patience)
    if ours.rows != update.rows and ours.seconds < patience:
        raise RuntimeError(f"{update.rows} rows were due, {ours.rows} were journalled")
    return Share(ours=ours, update=update, journal=journal)


_JOURNAL = (
    "INSERT INTO access_transition"
    " (uid, subscription, item, product, transition, happened_at, recorded_at, cause, facts)"
    " SELECT uid, subscription, 'si_pro', 'prod_pro', 'ended', flips_at, '2026-12-01 00:00:00', 'cycle_end', facts"
    " FROM access WHERE flips_at <= {now}"
)
_UPDATE = "UPDATE access SET flips_at = NULL, journalled_to = {now} WHERE flips_at <= {now}"


def _bare(store: Store, statement: str, now: int) -> Bare:
    """Undone at the end."""
    with connected(store.url) as driver:
        driver.execute("BEGIN")
        cpu, began = _cpu(store), time.perf_counter()
        rows = driver.execute(statement.format(now=now)).rowcount
        lock, used = time.perf_counter() - began, _cpu(store) - cpu
        driver.execute("ROLLBACK")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)" if store.pid is None else "VACUUM access, access_transition")
    return Bare(rows=rows, lock=lock, cpu=used)


def _cpu(store: Store) -> float:
    return time.process_time() + cpu_of(store)


def _rows(count: int) -> Iterator[tuple[Any, ...]]:
    """Ends lie all over a day, in no order of the names."""
    renewing, ending = _text(RENEWS, cancel_at_period_end=False), _text(ENDS, cancel_at_period_end=True)
    begin, renews, ends = (int(day(number).timestamp()) for number in (0, RENEWS, ENDS))
    for number in range(count):
        later = number * 7919 % DAY + (0 if number % 100 == 0 else DAY)
        text, at = (renewing, renews) if number % 100 <= 10 else (ending, ends)
        name = f"sub_1Copy{number:020d}"
        text = text.replace(OWN, name).replace(str(at), str(at + later))
        yield name, f"user-{number}", f"cus_{number}", text, at + later, begin


def _text(end: float, **how: Any) -> str:
    known = facts(subscription(item(0, end), id=OWN, **how), invoice("paid", line(0, end)))
    return orjson.dumps(encode(known)).decode()
