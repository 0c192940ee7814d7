"""Two batches of webhooks concern the same two subscriptions, each from the other end."""

import time
from collections.abc import Iterator
from threading import Thread

import orjson
import pytest
from sqlalchemy import text

from app.billing.mirror import take_events
from app.db.engine import Database, Tx
from app.db.inbox import InboxState
from app.db.locks import lock
from app.errors import NotStored
from app.policy.envelope import Envelope, read_envelope
from tests.support.databases import empty_postgres
from tests.support.stage import Stage, stage

PATIENCE = 20
WAITS = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


@pytest.fixture
def on_postgres() -> Iterator[Stage]:
    with stage(empty_postgres()) as acting:
        yield acting


@pytest.mark.postgres
def test_a_batch_holds_no_subscription_while_it_waits_for_another(on_postgres: Stage) -> None:
    """Its news are about the later one, and it gives money of the earlier one back."""
    earlier, later = sorted([on_postgres.subscribe("ada"), on_postgres.subscribe("bob")])
    batch = _news_of(on_postgres, later, refunded=earlier)
    answers: list[InboxState | NotStored] = []
    waiting = Thread(target=lambda: answers.extend(take_events(on_postgres.context, batch)))
    db = Database(on_postgres.context.settings.database_url)
    with db.write() as tx:
        lock(tx, [f"access:{earlier}"])
        waiting.start()
        _until_somebody_waits(db)
        assert tx.execute(TRY, {"name": f"access:{later}"}).scalar_one()
    waiting.join(PATIENCE)
    db.close()
    assert set(answers) == {InboxState.APPLIED}


def _news_of(acted: Stage, subscription: str, *, refunded: str) -> list[Envelope]:
    call = acted.world.call
    before = len(acted.world.events)
    call("POST", f"/v1/subscriptions/{subscription}", cancel_at_period_end=True)
    payer = call("GET", f"/v1/subscriptions/{refunded}")["customer"]
    (charge,) = (each for each in acted.world.account.store.all("charge") if each["customer"] == payer)
    call("POST", "/v1/refunds", charge=charge["id"])
    return [read_envelope(event, orjson.dumps(event).decode()) for event in acted.world.events[before:]]


def _until_somebody_waits(db: Database) -> None:
    until = time.monotonic() + PATIENCE
    with db.read() as tx:
        while not _waits(tx):
            assert time.monotonic() < until, "nobody waits"


def _waits(tx: Tx) -> bool:
    return bool(tx.execute(WAITS).scalar_one())
