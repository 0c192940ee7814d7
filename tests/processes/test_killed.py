"""A process is killed between taking work and noting what became of it; once its leases have run out, others go on."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from sqlalchemy import update

from app.billing.context import Context
from app.billing.stripe_rest import asking
from app.db.locks import lock
from app.db.tables import metadata
from app.policy.envelope import related_ids
from app.stripe_gateway.fetching import fetch
from tests.processes import work
from tests.processes.crew import PATIENCE, Crew, crew, serving, until
from tests.processes.work import Account, rows
from tests.support.databases import empty_postgres

Json = dict[str, Any]
LEASES = {
    "sweep_cursor": "leased_until",
    "fetch_request": "leased_until",
    "cancellation_request": "leased_until",
    "settlement": "leased_until",
    "claim": "look_at",
    "inbox_event": "due_at",
}


@pytest.mark.postgres
def test_another_takes_over(tmp_path: Path) -> None:
    with crew(empty_postgres(), tmp_path, webs=0) as team, ExitStack() as stack:
        account = work.open_account(team.stripe, subscriptions=2, pairs=2, prices=2)
        claim, product = owe(team, account, stack)
        requests = keep_back(team, account)
        with stuck_at(team.context, product), team.at_work("first", "jobs") as first:
            until(lambda: requests <= set(team.stripe.kept_back) and tries(team) == [2], "the first is stuck")
            stack.enter_context(team.at_work("second", "jobs"))
            until(lambda: second_of_each(team, account), "the second has done the rest")
            assert held(team) == 3, "nobody takes what another holds"
            assert tries(team) == [2]
            kill(first)
        run_out(team.context)
        stack.enter_context(team.at_work("third", "jobs"))
        until(lambda: not is_open(team), "everything is done")
        assert_once(team, account, claim)


def owe(team: Crew, account: Account, stack: ExitStack) -> tuple[str, Json]:
    """Also a claim that could not be decided yet, and an event that could not be applied: of that product."""
    stripe, context = team.stripe, team.context
    payer = stripe.call("POST", "/v1/customers", metadata={"uid": "single"})["id"]
    single = work.pay(stripe, payer, "order-single")
    stripe.catch_up_with_the_wall()
    work.take(context, stripe.events)
    earlier = replace(context, clock=lambda: datetime.now(UTC) - timedelta(minutes=10))
    claim = work.claim_twice(earlier, "single", single, "filed")  # nobody answers yet
    stack.enter_context(serving(team))
    work.owe_cancellations(context, account.subscriptions)
    work.owe_refunds(context, account.extras)
    work.owe_fetches(context, "price", account.prices)
    product = stripe.call("POST", "/v1/products", name="Lessons")
    work.owe_events(context, stripe.events[-1:])
    work.rest_from_comparing(context)
    with asking(context):  # Stripe is there now, and need not be tried by one of them alone
        fetch(context.stripe, "price", account.prices[0])
    stripe.requests.clear()
    return claim, product


def keep_back(team: Crew, account: Account) -> set[str]:
    """The first process hears nothing of what it asks about the first of each kind."""
    charge = rows(team.context, "SELECT charge FROM claim WHERE uid = 'single'")[0][0]
    requests = {
        f"GET /v1/prices/{account.prices[0]}",
        f"POST /v1/subscriptions/{account.subscriptions[0]}",
        "POST /v1/refunds",
        f"GET /v1/charges/{charge}",
    }
    team.stripe.keep_back(*requests, whose="sk_test_first")
    return requests


@contextmanager
def stuck_at(context: Context, body: Json) -> Iterator[None]:
    """Nobody can apply an event of this object."""
    with context.db.write() as tx:
        lock(tx, related_ids(body))
        yield


def kill(process: "Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def run_out(context: Context) -> None:
    """The leases of the one who is gone, as if the minutes had passed."""
    then = datetime.now(UTC) - timedelta(seconds=1)
    with context.db.write() as tx:
        for name, at in LEASES.items():
            table = metadata().tables[name]
            tx.execute(update(table).where(table.c[at].is_not(None)).values({at: then}))


def tries(team: Crew) -> list[int]:
    return [row[0] for row in rows(team.context, "SELECT attempts FROM inbox_event WHERE state = 'failed'")]


def second_of_each(team: Crew, account: Account) -> bool:
    done = "SELECT 1 FROM cancellation_request WHERE subscription = :it AND state = 'done'"
    paid = "SELECT 1 FROM settlement WHERE extra = :it AND state = 'paid'"
    found = rows(team.context, done, it=account.subscriptions[1]) + rows(team.context, paid, it=account.extras[1])
    return len(found) == 2


def held(team: Crew) -> int:
    tables = ("fetch_request", "cancellation_request", "settlement")
    return sum(len(rows(team.context, f"SELECT 1 FROM {table} WHERE lease IS NOT NULL")) for table in tables)


def is_open(team: Crew) -> bool:
    left = (
        "SELECT object_id FROM fetch_request WHERE why = 'test'",
        "SELECT id FROM cancellation_request WHERE state <> 'done'",
        "SELECT claim FROM settlement WHERE state <> 'paid'",
        "SELECT id FROM inbox_event WHERE state = 'failed'",
        "SELECT id FROM claim WHERE state = 'filed'",
    )
    return any(rows(team.context, sql) for sql in left)


def assert_once(team: Crew, account: Account, claim: str) -> None:
    asked = team.stripe.asked
    assert [asked("POST", f"/v1/subscriptions/{each}") for each in account.subscriptions] == [1, 1]
    assert [asked("GET", f"/v1/prices/{each}") for each in account.prices] == [2, 1]
    assert asked("POST", "/v1/refunds") == 2
    refunded = [each["charge"] for each in team.stripe.account.store.all("refund")]
    assert sorted(refunded) == sorted(account.extras)
    assert len(rows(team.context, "SELECT id FROM refund_decision WHERE claim = :id", id=claim)) == 1
