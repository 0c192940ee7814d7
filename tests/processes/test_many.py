"""Several processes at work on one database do everything once; what can never be done keeps nothing else waiting."""

import signal
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from tests.processes import work
from tests.processes.crew import PATIENCE, Crew, crew, serving, until
from tests.processes.work import Account, rows
from tests.support.databases import empty_postgres, empty_sqlite
from tests.support.truth import untruths
from tests.support.wire_guard import why_may_prorate

ENDS, FAILED, DEADLINES, LATE = 1500, 4, 12, 6


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What is to be done; the first of each is poisoned."""

    account: Account
    poisoned: str
    retried: int
    refunds: list[str]
    deadlines: list[str]


@pytest.mark.postgres
def test_two_webs_and_three_jobs_on_postgresql(tmp_path: Path) -> None:
    play(empty_postgres(), tmp_path, doors={"one": "web", "two": "web"}, jobs=("three", "four", "five"))


def test_a_second_process_by_hand_on_sqlite(tmp_path: Path) -> None:
    play(empty_sqlite(tmp_path), tmp_path, doors={"one": "serve"}, jobs=("two",))


def play(database_url: str, folder: Path, *, doors: Mapping[str, str], jobs: Sequence[str]) -> None:
    with crew(database_url, folder, webs=len(doors)) as team, ExitStack() as stack:
        owed = owe(team, stack)
        named = zip(doors.items(), team.ports[1:], strict=True)
        at_work = [stack.enter_context(team.at_work(name, door, port=port)) for (name, door), port in named]
        at_work += [stack.enter_context(team.at_work(name, "jobs")) for name in jobs]
        until(lambda: all(team.answers(port) for port in team.ports[1:]), "the web answers")
        team.stripe.trouble.drop(lambda _: False)
        for number in range(LATE):
            work.subscribe(team.stripe, f"late-{number}", owed.account.prices[0])
        until(lambda: not missing(team), "everything is done")
        until(team.stripe.has_delivered, "everything is told")
        until(lambda: is_true(team, owed), "the mirror is as Stripe")
        for process in at_work:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE) for process in at_work] == [0] * len(at_work)
        assert_done_once(team, owed)


def owe(team: Crew, stack: ExitStack) -> Owed:
    stripe, context = team.stripe, team.context
    stripe.trouble.drop(lambda _: True)
    account = work.open_account(stripe, subscriptions=8, pairs=4, prices=40)
    stripe.catch_up_with_the_wall()
    work.take(context, stripe.events)
    begin = len(stripe.events)
    poisoned = stripe.call("POST", "/v1/products", name="Never seen")["id"]
    for number in range(FAILED):
        work.subscribe(stripe, f"failed-{number}", account.prices[0])
    work.owe_events(context, stripe.events[begin:])
    work.owe_ends(context, ENDS)
    work.owe_cancellations(context, account.subscriptions)
    work.owe_fetches(context, "price", account.prices)
    work.rest_from_comparing(context)
    stack.enter_context(serving(team))
    refunds, deadlines = work.owe_refunds(context, account.extras), work.owe_deadlines(context, DEADLINES)
    stripe.requests.clear()
    work.poison(team, account, poisoned)
    retried = len(stripe.events) - begin - 1
    return Owed(account=account, poisoned=poisoned, retried=retried, refunds=refunds, deadlines=deadlines)


def missing(team: Crew) -> Counter[str]:
    """How much of each kind is still to be done, beside what is poisoned."""
    left = {
        "ends": "SELECT subscription FROM access WHERE subscription LIKE 'sub_past_%' AND flips_at < 1700000000",
        "fetches": "SELECT object_id FROM fetch_request WHERE attempts = 0",
        "events": "SELECT id FROM inbox_event WHERE state = 'failed' AND body <> '{}'",
        "cancellations": "SELECT id FROM cancellation_request WHERE state = 'recorded' AND last_error IS NULL",
        "refunds": "SELECT claim FROM settlement WHERE state = 'open' AND last_error IS NULL",
        "deadlines": "SELECT id FROM claim WHERE state = 'needs_information' AND looks = 0",
    }
    return Counter(kind for kind, sql in left.items() for _ in rows(team.context, sql))


def is_true(team: Crew, owed: Owed) -> bool:
    return untruths(team.context.db, team.stripe) == [f"product {owed.poisoned}: missing"]


def reported(team: Crew, job: str, what: str) -> int:
    """The sum of what all processes say that they have done."""
    lines = (orjson.loads(line) for log in team.folder.glob("*.log") for line in log.read_bytes().splitlines())
    return sum(line.get(what, 0) for line in lines if (line["event"], line.get("job")) == ("job", job))


def assert_done_once(team: Crew, owed: Owed) -> None:
    _assert_told_once(team)
    _assert_asked_once(team, owed.account)
    _assert_judged_once(team, owed)
    assert reported(team, "inbox_retry", "applied") == owed.retried


def _assert_told_once(team: Crew) -> None:
    told = rows(
        team.context, "SELECT subscription, transition FROM access_transition WHERE uid LIKE 'user of sub_past%'"
    )
    assert Counter(tuple(row) for row in told) == {(f"sub_past_{number}", "ended"): 1 for number in range(1, ENDS)}
    assert reported(team, "cycle_end", "rows") == ENDS


def _assert_asked_once(team: Crew, account: Account) -> None:
    asked, context = team.stripe.asked, team.context
    assert {asked("GET", f"/v1/prices/{each}") for each in account.prices[1:]} == {1}
    assert {asked("POST", f"/v1/subscriptions/{each}") for each in account.subscriptions[1:]} == {1}
    assert asked("POST", f"/v1/subscriptions/{account.subscriptions[0]}") == 0
    done = rows(
        context, "SELECT state, attempts, count(*) FROM cancellation_request WHERE state <> 'recorded' GROUP BY 1, 2"
    )
    assert [tuple(row) for row in done] == [("done", 1, len(account.subscriptions) - 1)]
    refunded = [each["charge"] for each in team.stripe.account.store.all("refund")]
    assert sorted(refunded) == sorted(account.extras[1:])
    assert asked("POST", "/v1/refunds") == len(refunded)
    changes = [request for request in team.stripe.requests if request.method != "GET"]
    assert [each for each in changes if why_may_prorate(each.method, each.path, each.params)] == []


def _assert_judged_once(team: Crew, owed: Owed) -> None:
    said = rows(team.context, "SELECT claim, to_state, count(*) AS times FROM claim_journal GROUP BY 1, 2")
    times = {(row.claim, row.to_state): row.times for row in said}
    assert [times.get((claim, "declined"), 0) for claim in owed.deadlines] == [0] + [1] * (DEADLINES - 1)
    assert [times.get((claim, "refunded"), 0) for claim in owed.refunds] == [0] + [1] * (len(owed.refunds) - 1)
