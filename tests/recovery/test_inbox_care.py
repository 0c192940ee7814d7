"""Events that could not be applied are seen, applied once more, or given up on, and none is lost by it."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from app.billing import inbox_care, inbox_retry
from app.db import mirror_rows
from app.db.inbox import InboxState
from app.db.inbox_search import Wanted
from tests.support.product import ask_access, signature
from tests.support.stage import Stage, stage
from tests.support.truth import untruths


@pytest.fixture
def standing(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as made:
        yield made


class Breakage:
    """Applying anything about these kinds of objects raises."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *kinds: str) -> None:
        upsert = mirror_rows.upsert

        def broken(tx: Any, kind: str, rows: Any) -> None:
            if kind in kinds and self.broken:
                raise RuntimeError("a bug of ours")
            upsert(tx, kind, rows)

        self.broken = True
        monkeypatch.setattr("app.db.mirror_rows.upsert", broken)


def states(stage: Stage, **wanted: Any) -> list[str]:
    return [each.state for each in inbox_care.find(stage.context, Wanted(**wanted), limit=1000)]


def test_a_failed_event_that_comes_again_is_applied(standing: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = Breakage(monkeypatch, "invoice")
    standing.world.trouble.duplicate()
    standing.subscribe("ada")
    assert set(states(standing, type="invoice.*")) == {"failed"}
    bug.broken = False
    client = standing.browser()
    sent = [each for each in standing.world.events if each["type"].startswith("invoice.")]
    for event in sent:
        _redeliver(standing, client, event)
    assert "failed" not in states(standing)
    assert untruths(standing.context.db, standing.world) == []


def test_quarantined_events_are_replayed_by_type(standing: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bug = Breakage(monkeypatch, "invoice")
    standing.subscribe("ada")
    for _ in range(inbox_retry.MOST_ATTEMPTS):
        standing.advance(hours=7)
        inbox_retry.run(standing.context)
    assert set(states(standing, type="invoice.*")) == {"quarantined"}
    still = inbox_care.replay(standing.context, Wanted(type="invoice.paid"))
    assert list(still.failures.values()) == ["RuntimeError('a bug of ours')"]
    assert states(standing, type="invoice.paid") == ["failed"]
    bug.broken = False
    outcome = inbox_care.replay(standing.context, Wanted(type="invoice.*"))
    assert not outcome.failures
    assert "failed" not in states(standing)
    assert untruths(standing.context.db, standing.world) == []
    assert ask_access(standing.browser(), "ada")["reason"] == "active"


def test_replaying_what_was_applied_changes_nothing(standing: Stage) -> None:
    standing.subscribe("ada")
    standing.advance(days=33)
    before = ask_access(standing.browser(), "ada")
    outcome = inbox_care.replay(standing.context, Wanted(since=0))
    assert set(outcome.states.values()) <= {"applied", "stale", "ignored"}
    assert len(outcome.states) == len(standing.world.events)
    assert untruths(standing.context.db, standing.world) == []
    assert ask_access(standing.browser(), "ada") | {"as_of": 0} == before | {"as_of": 0}


def test_only_what_waits_can_be_given_up(standing: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    Breakage(monkeypatch, "product")
    standing.subscribe("ada")
    assert inbox_care.ignore(standing.context, Wanted(since=0), why="an old test") == 1
    (found,) = inbox_care.find(standing.context, Wanted(type="product.created"), limit=10)
    assert (found.state, found.why) == ("ignored", "ignored by hand: an old test")
    standing.advance(days=1)
    assert inbox_retry.run(standing.context).applied == 0


def test_events_are_found_by_what_is_known_of_them(standing: Stage) -> None:
    subscription = standing.subscribe("ada")
    began = standing.world.now
    standing.advance(days=40)
    later = inbox_care.find(standing.context, Wanted(object_id=subscription, since=began + 1), limit=10)
    assert {each.type for each in later} == {"customer.subscription.updated"}
    earlier = inbox_care.find(standing.context, Wanted(object_id=subscription, until=began + 1), limit=10)
    assert earlier[0].type == "customer.subscription.created"
    assert states(standing, state=InboxState.QUARANTINED) == []
    shown = inbox_care.show(standing.context, earlier[0].id)
    assert shown is not None
    assert shown[1]["data"]["object"]["id"] == subscription
    assert inbox_care.show(standing.context, "evt_nothing") is None


def _redeliver(stage: Stage, client: FlaskClient, event: dict[str, Any]) -> None:
    """As Stripe does once more, freshly signed."""
    secret = stage.context.settings.stripe_webhook_secrets[0].get_secret_value()
    body = orjson.dumps(event)
    headers = {"Stripe-Signature": signature(body, stage.clock(), secret), "Content-Type": "application/json"}
    assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 200
