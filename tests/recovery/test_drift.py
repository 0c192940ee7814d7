"""What the mirror shows wrongly is found, told with both values, and heals; our own promises are checked."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select, update

from app.billing import drift, fetching
from app.billing.drift import Drift, DriftReport
from app.billing.pace import Pace
from app.billing.promises import broken_promises
from app.db.access import Access
from app.db.cancellation import CancellationRequest
from app.db.subscription import Subscription
from app.db.tables import table_of
from app.policy.drift import Cause, FieldDrift
from tests.support.stage import Stage, stage
from tests.support.truth import untruths

QUICK = Pace(1e6)


@pytest.fixture
def standing(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as made:
        made.subscribe("ada")
        made.advance(minutes=1)
        yield made


def audit(stage: Stage) -> list[Drift]:
    return drift.audit(stage.context, kind=None, limit=100, pace=QUICK)[1]


def test_a_true_mirror_has_no_drift(standing: Stage) -> None:
    found = audit(standing)
    assert found == []
    assert broken_promises(standing.context) == []


def test_a_missed_change_is_shown_with_both_values_and_heals(standing: Stage) -> None:
    (made,) = standing.world.account.store.all("subscription")
    standing.world.trouble.drop(lambda _: True)
    standing.world.call("POST", f"/v1/subscriptions/{made['id']}", metadata={"plan": "big"})
    (found,) = [each for each in audit(standing) if each.kind == "subscription"]
    assert found.cause is Cause.NOT_TOLD
    assert found.fields == (FieldDrift(path="metadata.plan", ours=None, theirs="big"),)
    standing.advance(seconds=5)
    fetching.run_pending(standing.context, pace=QUICK)
    assert untruths(standing.context.db, standing.world) == []
    assert [each for each in audit(standing) if each.kind == "subscription"] == []


def test_a_stored_event_that_the_mirror_does_not_show_is_told_as_such(standing: Stage) -> None:
    """A bug of ours, then."""
    (made,) = standing.world.account.store.all("subscription")
    subscriptions = table_of(Subscription)
    with standing.context.db.write() as tx:
        body = tx.execute(select(subscriptions.c.body)).scalar_one()
        tx.execute(update(subscriptions).values(body=body.replace('"status":"active"', '"status":"trialing"')))
    (found,) = audit(standing)
    assert (found.object_id, found.cause) == (made["id"], Cause.MISAPPLIED)
    assert found.fields == (FieldDrift(path="status", ours="trialing", theirs="active"),)


def test_what_an_older_event_told_is_not_what_the_mirror_should_show(standing: Stage) -> None:
    (made,) = standing.world.account.store.all("subscription")
    path = f"/v1/subscriptions/{made['id']}"
    standing.world.call("POST", path, metadata={"size": "big"})
    standing.advance(minutes=1)
    standing.world.call("POST", path, metadata={"size": "small"})
    standing.advance(minutes=1)
    standing.world.trouble.drop(lambda _: True)
    standing.world.call("POST", path, metadata={"size": "big"})
    (found,) = audit(standing)
    assert found.cause is Cause.NOT_TOLD


def test_a_customer_deleted_behind_our_back_is_noticed(standing: Stage) -> None:
    (customer,) = standing.world.account.store.all("customer")
    standing.world.trouble.drop(lambda _: True)
    standing.world.call("DELETE", f"/v1/customers/{customer['id']}")
    found = {each.kind: each for each in audit(standing)}
    assert found["customer"].fields == (FieldDrift(path="deleted", ours=False, theirs=True),)
    assert found["customer"].cause is Cause.NOT_TOLD
    standing.advance(seconds=5)
    while fetching.run_pending(standing.context, pace=QUICK).taken:
        standing.advance(seconds=5)
    assert untruths(standing.context.db, standing.world) == []


def test_the_job_goes_through_the_whole_mirror_in_slices_once_a_day(standing: Stage) -> None:
    labels = {"kind": "invoice"}
    before = REGISTRY.get_sample_value("paidthrough_drift_compared_total", labels) or 0
    reports = [drift.run(standing.context, limit=3, pace=QUICK) for _ in range(8)]
    objects = drift.audit(standing.context, kind=None, limit=1000, pace=QUICK)[0]
    assert sum(report.compared for report in reports) == objects
    assert reports[-1] == DriftReport()
    assert REGISTRY.get_sample_value("paidthrough_drift_compared_total", labels) == before + 2
    standing.advance(days=1)
    assert drift.run(standing.context, limit=3, pace=QUICK).compared == 3


def test_a_slice_ends_when_stripe_is_away(standing: Stage) -> None:
    standing.world.trouble.outage(1)
    assert drift.run(standing.context, limit=3, pace=QUICK) == DriftReport()
    asked = len(standing.world.requests)
    assert drift.run(standing.context, limit=3, pace=QUICK) == DriftReport()
    assert len(standing.world.requests) == asked, "it rests"
    standing.advance(seconds=2)
    assert drift.run(standing.context, limit=3, pace=QUICK).compared == 3


def test_what_stripe_never_answers_about_is_passed_over(standing: Stage) -> None:
    (made,) = standing.world.account.store.all("customer")
    standing.world.trouble.internal_error(1000, only=f"/v1/customers/{made['id']}")
    compared = 0
    for _ in range(3):
        compared += drift.run(standing.context, limit=1000, pace=QUICK).compared
        standing.advance(minutes=15)
    standing.world.trouble.calm()
    assert compared == drift.audit(standing.context, kind=None, limit=1000, pace=QUICK)[0] - 1


def test_a_cancellation_that_is_not_at_stripe_is_a_broken_promise(standing: Stage) -> None:
    (made,) = standing.world.account.store.all("subscription")
    now = standing.clock()
    request = CancellationRequest(
        id="cancel_1",
        subscription=made["id"],
        action="cancel",
        actor="ada",
        asked_at=int(now.timestamp()),
        requested_at=now - timedelta(hours=2),
        state="done",
    )
    with standing.context.db.write() as tx:
        tx.execute(table_of(CancellationRequest).insert().values(request.model_dump()))
    (found,) = broken_promises(standing.context)
    assert (found.about, found.what) == ("cancel_1", f"{made['id']} goes on at Stripe")
    with standing.context.db.write() as tx:
        tx.execute(update(table_of(CancellationRequest)).values(state="recorded"))
    (found,) = broken_promises(standing.context)
    assert found.what.startswith(f"{made['id']} waits since 2026-10-23")


def test_access_that_does_not_follow_from_the_mirror_is_found(standing: Stage) -> None:
    with standing.context.db.write() as tx:
        tx.execute(update(table_of(Access)).values(facts="{}"))
    (found,) = broken_promises(standing.context)
    assert found.what == "the answer rests on other facts than the mirror has"
