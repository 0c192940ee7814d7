"""The clockwork keeps time: an end of access is journalled within a second of its instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.billing.context import wall_clock
from app.db import access_rows
from app.db.access_journal import AccessTransition
from app.db.tables import table_of
from app.policy.access_facts import AccessFacts
from jobs.schedule import Schedule
from jobs.table import JOBS, numbers
from tests.policy.access_bodies import facts, invoice, subscription
from tests.support.access_table import put
from tests.support.product import HandClock, product

PATIENCE = 20


def ends_at(instant: datetime) -> AccessFacts:
    known = facts(subscription(cancel_at_period_end=True), invoice())
    (item,), (bill,) = known.subscription.items, known.invoices
    start = instant - timedelta(days=30)
    lines = tuple(replace(line, start=start, end=instant) for line in bill.lines)
    return replace(
        known,
        subscription=replace(known.subscription, items=(replace(item, period_start=start, period_end=instant),)),
        invoices=(replace(bill, created=start, paid_at=start, lines=lines),),
    )


def test_the_journal_knows_within_a_second_of_the_instant(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = replace(product(database_url, clock=HandClock()), clock=wall_clock)
    written, ends = Event(), 0

    def told(tx: Any, rows: Any) -> None:
        nonlocal ends
        access_rows.append_transitions(tx, rows)
        ends += len(rows)
        if ends == 2:
            written.set()

    monkeypatch.setattr("app.db.access_due.append_transitions", told)
    schedule = Schedule(context)
    schedule.start()
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    put(context.db, "sub_1", facts=ends_at(soon), at=soon - timedelta(days=1))
    put(context.db, "sub_2", facts=ends_at(soon + timedelta(seconds=1)), at=soon - timedelta(days=1))
    assert written.wait(PATIENCE)
    schedule.stop()
    table = table_of(AccessTransition)
    with context.db.read() as tx:
        found = {row.subscription: row for row in tx.execute(select(table))}
    for name, instant in (("sub_1", soon), ("sub_2", soon + timedelta(seconds=1))):
        assert found[name].happened_at == int(instant.timestamp())
        assert timedelta(0) <= found[name].recorded_at - instant < timedelta(seconds=1)
    context.db.close()


def test_every_job_runs_by_hand_and_has_nothing_to_do_at_first(database_url: str) -> None:
    context = product(database_url, clock=HandClock())
    for job in JOBS.values():
        assert not any(numbers(job.act(context)).values()), job.name
    context.db.close()


def test_the_jobs_have_the_names_and_intervals_that_the_documentation_tells() -> None:
    assert {job.name: job.every_seconds for job in JOBS.values()} == {
        "cycle_end": 60,
        "pending_fetches": 1,
        "cancellations": 15,
        "waiting_claims": 30,
        "claim_deadlines": 60,
        "late_cancels": 30,
        "detector": 60,
        "settlements": 15,
        "standings": 15,
        "out_of_policy": 30,
        "look_again": 30,
        "inbox_retry": 15,
        "gap_sweep": 300,
        "drift": 900,
        "promises": 86400,
        "retention": 86400,
        "backlog": 60,
    }


def test_it_stops_while_the_next_end_is_being_armed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    context = replace(product(database_url, clock=HandClock()), clock=wall_clock)
    schedule = Schedule(context)
    arming, stopping = Event(), Event()

    def next_due(_context: Any) -> datetime:
        arming.set()
        assert stopping.wait(PATIENCE)
        return datetime.now(UTC) + timedelta(days=1)

    monkeypatch.setattr("app.billing.cycle_end.next_due", next_due)
    schedule.start()
    assert arming.wait(PATIENCE)
    stop = Thread(target=schedule.stop, daemon=True)
    stop.start()
    while schedule.running:
        stop.join(0.01)
    stopping.set()
    stop.join(PATIENCE)
    assert not stop.is_alive()
    context.db.close()
