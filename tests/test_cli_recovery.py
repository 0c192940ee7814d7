"""The commands that bring the mirror to Stripe's truth, as they are typed: each says what it did or why it will not."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from app.billing.pace import Pace
from app.db.engine import Database
from app.sandbox.mock import intercept
from app.sandbox.world import World
from tests.support.command_here import Command, Finished, command_in
from tests.support.databases import empty_sqlite

LATELY = 2 * 60 * 60  # longer ago than a webhook may be on its way


@pytest.fixture
def world() -> Iterator[World]:
    """A Stripe account with one customer, by the clock on the wall."""
    made = World(start=int(time.time()) - LATELY)
    customer = made.call("POST", "/v1/customers", metadata={"uid": "ada"})["id"]
    method = made.call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    product = made.call("POST", "/v1/products", name="Studio")["id"]
    sold = {"unit_amount": 2000, "currency": "usd", "recurring": {"interval": "month"}}
    price = made.call("POST", "/v1/prices", product=product, **sold)["id"]
    made.call("POST", "/v1/subscriptions", customer=customer, items=[{"price": price}], default_payment_method=method)
    with intercept(made):
        yield made


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """What the commands do is tested on both databases; what they say needs one."""
    return empty_sqlite(tmp_path)


@pytest.fixture
def paidthrough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, database_url: str
) -> Iterator[Command]:
    monkeypatch.setattr(Pace, "keep", lambda _self, _kind: None)
    with command_in(tmp_path, monkeypatch, capsys) as run_here:
        yield partial(run_here, DATABASE_URL=database_url)


def test_a_sweep_tells_each_event_that_was_missing(paidthrough: Command, world: World) -> None:
    first = paidthrough("sweep")
    assert first.status == 0, first.err
    *missing, summary = first.out.splitlines()
    assert len(missing) > 10
    taken = f"{len(missing)} had been missing, and were taken."
    assert summary == f"{len(world.events)} events read, to the end of Stripe's list: {taken}"
    assert any("\tcustomer.subscription.created\tsub_" in line for line in missing)
    again = paidthrough("sweep")
    assert (again.status, again.out.splitlines()[-1].rpartition(": ")[2]) == (0, "none was missing.")
    assert "access, active" in paidthrough("explain", "ada").out


@pytest.mark.parametrize("command", ["sweep", "backfill", "drift"])
def test_stripe_being_away_is_one_line_and_no_success(
    paidthrough: Command, world: World, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    paidthrough("backfill")
    world.trouble.outage()
    finished = paidthrough(command, *(["--again"] if command == "backfill" else []))
    assert finished.status == 1
    assert finished.err.splitlines()[-1].startswith("paidthrough: ")
    assert "Traceback" not in finished.err


def test_a_sweep_by_hand_asks_although_the_jobs_leave_stripe_alone(paidthrough: Command, world: World) -> None:
    world.trouble.outage()
    assert paidthrough("jobs", "run", "gap_sweep").out == "gap_sweep: read 0, missing 0, failed 0\n"
    world.trouble.calm()
    assert paidthrough("jobs", "run", "gap_sweep").out == "gap_sweep: read 0, missing 0, failed 0\n"
    assert paidthrough("sweep").out.splitlines()[-1].startswith(f"{len(world.events)} events read")


def test_a_backfill_counts_what_it_read_and_says_when_there_was_nothing_to_do(
    paidthrough: Command, world: World
) -> None:
    first = paidthrough("backfill")
    assert (first.status, first.err) == (0, "")
    *kinds, summary = first.out.splitlines()
    counted = {line.split()[0]: int(line.split()[1]) for line in kinds}
    assert (counted["subscription"], counted["customer"], counted["dispute"]) == (1, 1, 0)
    assert summary == f"{sum(counted.values())} objects: all {len(counted)} of Stripe's lists were read."
    assert "nothing was asked; --again" in paidthrough("backfill").out
    assert paidthrough("backfill", "--again").out == first.out
    assert "access, active" in paidthrough("explain", "ada").out


def test_drift_shows_both_values_and_ends_with_what_was_found(paidthrough: Command, world: World) -> None:
    paidthrough("backfill")
    fine = paidthrough("drift", "--kind", "subscription")
    assert (fine.status, fine.out) == (0, "1 objects compared, 0 differ, 0 will be fetched.\n0 promises broken.\n")
    (made,) = world.account.store.all("subscription")
    world.call("POST", f"/v1/subscriptions/{made['id']}", metadata={"size": "big"})
    found = paidthrough("drift")
    assert found.status == 1
    assert f"subscription {made['id']}: " in found.out
    assert "  metadata.size: None here, 'big' at Stripe" in found.out
    assert ", 1 differ, 1 will be fetched." in found.out
    assert "(at most 2: --limit compares more)" in paidthrough("drift", "--limit", "2").out


def test_the_inbox_is_looked_at_and_worked_on(paidthrough: Command, world: World, database_url: str) -> None:
    assert paidthrough("inbox", "list").out == "No events.\n"
    paidthrough("sweep")
    listed = paidthrough("inbox", "list", "--type", "customer.subscription.*").out.splitlines()
    (event,) = [line.split("\t")[0] for line in listed if "\tapplied\tcustomer.subscription.created\t" in line]
    assert '"previous_attributes"' not in paidthrough("inbox", "show", event).out
    cut = paidthrough("inbox", "list", "--limit", "1")
    assert (len(cut.out.splitlines()), cut.err) == (1, "The first 1; there are more, which --limit shows.\n")
    assert paidthrough("inbox", "ignore", event, "--why", "no") == refusal(
        "Only events that failed or are quarantined can be given up."
    )
    _quarantine(database_url, event)
    assert event in paidthrough("inbox", "list", "--state", "quarantined").out
    assert paidthrough("inbox", "replay", event).out == "Replayed 1 event: applied 1.\n"
    _quarantine(database_url, event)
    assert paidthrough("inbox", "ignore", "--state", "quarantined", "--why", "a test").out == "Ignored 1 event.\n"
    assert paidthrough("inbox", "ignore", "--state", "quarantined", "--why", "a test").out == "Ignored 0 events.\n"
    assert "ignored by hand: a test" in paidthrough("inbox", "list", event).out
    assert paidthrough("inbox", "replay", "--type", "nothing.at.all").out == "No events like that.\n"


@pytest.mark.parametrize("command", [["list"], ["show"], ["replay"], ["ignore", "--why", "x"]])
def test_an_unknown_event_is_refused(paidthrough: Command, command: list[str]) -> None:
    assert paidthrough("inbox", *command, "evt_x") == refusal("There is no event evt_x in the inbox.")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["inbox", "list", "--since", "2026-12-01", "--until", "2026-12-01T00:00:00Z"], "before --until"),
        (["inbox", "replay", "--since", "tomorrow"], "tomorrow"),
        (["inbox", "replay"], "say which"),
        (["inbox", "list", "--limit", "0"], "--limit"),
        (["drift", "--kind", "nonsense"], "nonsense"),
        (["drift", "--limit", "-1"], "--limit"),
        (["jobs", "run", "nonsense"], "gap_sweep"),
    ],
)
def test_bad_input_is_refused_with_the_reason(paidthrough: Command, arguments: list[str], word: str) -> None:
    finished = paidthrough(*arguments)
    assert (finished.status, finished.out) == (2, "")
    assert word in finished.err
    assert "Traceback" not in finished.err


def test_a_rebuild_says_what_it_compared(paidthrough: Command, world: World, database_url: str, tmp_path: Path) -> None:
    paidthrough("sweep")
    same = paidthrough("rebuild")
    assert same.status == 0
    assert same.out.endswith(" entries replayed, 0 differences\n")
    _run(database_url, "UPDATE invoice SET status = 'void'")
    other = paidthrough("rebuild", "--into", f"sqlite:///{tmp_path}/kept.sqlite3")
    assert other.status == 1
    assert " status: 'void' here, 'paid' rebuilt" in other.out
    assert paidthrough("rebuild", "--into", f"sqlite:///{tmp_path}/kept.sqlite3").err.startswith("paidthrough: ")


def test_the_sweeps_job_reports_in_numbers(paidthrough: Command, world: World) -> None:
    finished = paidthrough("jobs", "run", "gap_sweep")
    assert finished.status == 0
    assert finished.out.startswith(f"gap_sweep: read {len(world.events)}, missing ")


def refusal(why: str) -> Finished:
    return Finished(1, "", f"paidthrough: {why}\n")


def _quarantine(database_url: str, event: str) -> None:
    _run(database_url, "UPDATE inbox_event SET state = 'quarantined', why = 'a bug' WHERE id = :id", id=event)


def _run(database_url: str, sql: str, **values: str) -> None:
    db = Database(database_url)
    with db.write() as tx:
        tx.execute(text(sql), values)
    db.close()
