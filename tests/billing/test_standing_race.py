"""A decision about a user's standing and a webhook of theirs at the same moment: neither misses the other."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import orjson
import pytest

from app.billing.mirror import take_events
from app.billing.mirror_batch import apply_events
from app.billing.standing import Ruling, decide_standing
from app.db.standing import write_standing
from app.db.standing_lock import hold_standings
from app.policy.envelope import Envelope, read_envelope
from app.policy.standing import Standing
from tests.support.stage import Stage, stage
from tests.support.standing import WHY, seen

RULING = Ruling(uid="ann", standing=Standing.SUSPENDED, reason="spam", actor="eve")
A_MOMENT = 0.5
PATIENCE = 30


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        yield acting


def test_a_decision_waits_for_a_webhook_that_is_being_applied(acted: Stage) -> None:
    events = undelivered(acted)
    with acted.context.db.write() as tx:
        apply_events(tx, acted.context, events, now=acted.clock.now)
        other = beside(lambda: decide_standing(acted.context, RULING))
    other.join(PATIENCE)
    assert seen(acted, "ann")[:2] == (False, "suspended")


def test_a_webhook_waits_for_a_decision_that_is_being_made(acted: Stage) -> None:
    events, now = undelivered(acted), acted.clock.now
    row = {"uid": "ann", "standing": "suspended", "decided_at": now, "decision": "standing_1"} | WHY
    with acted.context.db.write() as tx:
        hold_standings(tx)
        write_standing(tx, row)
        other = beside(lambda: take_events(acted.context, events))
    other.join(PATIENCE)
    assert seen(acted, "ann")[:2] == (False, "suspended")


def test_two_decisions_at_once_are_made_one_after_the_other(acted: Stage) -> None:
    acted.subscribe("ann")
    acted.advance(seconds=30)
    with acted.context.db.write() as tx:
        hold_standings(tx)
        both = [beside(lambda: decide_standing(acted.context, RULING), moment=0) for _ in range(2)]
    for each in both:
        each.join(PATIENCE)
    with acted.context.db.read() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM standing_decision").scalar() == 1
    assert seen(acted, "ann")[:2] == (False, "suspended")


def undelivered(acted: Stage) -> list[Envelope]:
    """Ann signs up, and nobody has heard of it yet."""
    price, call = acted.price("Studio"), acted.world.call
    acted.deliver()
    told = len(acted.world.events)
    customer = call("POST", "/v1/customers")["id"]
    method = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    sold = {"items": [{"price": price}], "default_payment_method": method, "metadata": {"uid": "ann"}}
    call("POST", "/v1/subscriptions", customer=customer, **sold)
    acted.clock.advance(timedelta(seconds=5))
    return [read_envelope(event, orjson.dumps(event).decode()) for event in acted.world.events[told:]]


def beside(act: Callable[[], Any], *, moment: float = A_MOMENT) -> Thread:
    """Begun, and given a moment to finish if nothing holds it back."""
    other = Thread(target=act, daemon=True)
    other.start()
    other.join(moment)
    return other
