"""Old events of what Stripe has no more, or never gave an id to; and old links into the account page."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import text

from app.billing import fetching, retention
from app.billing.mirror import take_events
from app.billing.pace import Pace
from app.db import fetch_request
from app.db.fetch_request import FetchWish
from app.policy.envelope import read_envelope
from app.stripe_gateway.gateway import API_VERSION
from tests.recovery.test_rebuild import again
from tests.support.stage import Stage, stage

QUICK = Pace(1e6)
SUMMARY = {"object": "entitlements.active_entitlement_summary", "customer": "cus_1", "livemode": False}


def test_a_deleted_customer_keeps_the_last_two_states(database_url: str, tmp_path: Path) -> None:
    with stage(database_url, event_retention_days=30) as made:
        customer = _customer_of_many_states(made)
        made.world.call("DELETE", f"/v1/customers/{customer}")
        made.advance(days=60)
        mirrored = _mirrored(made, customer)
        assert retention.run(made.context).events > 0
        assert _types(made, customer) == ["customer.updated", "customer.deleted"]
        assert _mirrored(made, customer) == mirrored
        assert again(made, tmp_path).differences == ()


def test_a_bare_word_that_it_is_deleted_is_no_state(database_url: str, tmp_path: Path) -> None:
    with stage(database_url, event_retention_days=30) as made:
        customer = _customer_of_many_states(made)
        made.world.trouble.drop(lambda _: True)
        made.world.call("DELETE", f"/v1/customers/{customer}")
        for _ in range(4):
            _fetch(made, customer)
        made.world.trouble.calm()
        made.advance(days=60)
        mirrored = _mirrored(made, customer)
        assert orjson.loads(mirrored[0])["metadata"] == {"size": "2"}
        assert retention.run(made.context).events > 0
        assert _types(made, customer) == ["customer.updated", "customer.updated", "fetched", "fetched"]
        assert _mirrored(made, customer) == mirrored
        assert again(made, tmp_path).differences == ()


def test_events_without_an_object_go_when_they_are_old(database_url: str) -> None:
    with stage(database_url, event_retention_days=30) as made:
        take_events(made.context, [read_envelope(_summary(made), orjson.dumps(_summary(made)).decode())])
        made.clock.advance(timedelta(days=29))
        assert retention.run(made.context).events == 0
        made.clock.advance(timedelta(days=2))
        assert retention.run(made.context).events == 1


def test_an_account_link_goes_a_day_after_it_ended(database_url: str) -> None:
    with stage(database_url) as made:
        made.link("ada")
        made.clock.advance(timedelta(hours=24))
        assert retention.run(made.context).links == 0
        made.clock.advance(timedelta(minutes=16))
        assert retention.run(made.context).links == 1


def _customer_of_many_states(made: Stage) -> str:
    customer = str(made.world.call("POST", "/v1/customers")["id"])
    for number in range(3):
        made.advance(minutes=1)
        made.world.call("POST", f"/v1/customers/{customer}", metadata={"size": str(number)})
    made.advance(minutes=1)
    return customer


def _fetch(made: Stage, customer: str) -> None:
    made.advance(minutes=1)
    now = made.clock()
    wish = FetchWish(kind="customer", object_id=customer, why="drift", requested_at=now, due_at=now)
    with made.context.db.write() as tx:
        fetch_request.request(tx, [wish])
    fetching.run_pending(made.context, pace=QUICK)


def _summary(made: Stage) -> dict[str, Any]:
    event = {"id": "evt_1", "object": "event", "created": made.world.now, "livemode": False, "api_version": API_VERSION}
    return event | {"type": f"{SUMMARY['object']}.updated", "data": {"object": SUMMARY}}


def _types(made: Stage, customer: str) -> list[str]:
    with made.context.db.read() as tx:
        found = tx.execute(
            text("SELECT type FROM inbox_event WHERE object_id = :id ORDER BY created"), {"id": customer}
        )
        return list(found.scalars())


def _mirrored(made: Stage, customer: str) -> Any:
    with made.context.db.read() as tx:
        return tx.execute(text("SELECT body, as_of, deleted FROM customer WHERE id = :id"), {"id": customer}).one()
