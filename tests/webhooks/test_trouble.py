"""A bad event harms nobody else, a database that is away costs nothing but time, and nothing stored is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.billing.context import Context
from app.billing.mirror import apply_stored, take_events
from app.db import prepared
from app.db.charge import Charge
from app.db.engine import Tx
from app.db.inbox import InboxState
from app.db.mirrored import Columns, MetadataKeys
from app.errors import NotStored
from app.policy.envelope import read_envelope
from tests.corpus.histories import history
from tests.support.product import EPOCH, post_event


@pytest.fixture(autouse=True)
def handler_with_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charges of a negative amount raise, as any handler may one day."""
    columns = Charge.columns

    def buggy(body: Any, keys: MetadataKeys) -> Columns:
        if body["amount"] < 0:
            raise ZeroDivisionError("a bug")
        return columns(body, keys)

    monkeypatch.setattr(Charge, "columns", buggy)


def customer_event(number: int, **changes: Any) -> dict[str, Any]:
    event = next(event for event in history(number) if event["type"] == "customer.created")
    body = event["data"]["object"] | changes
    return event | {"data": event["data"] | {"object": body}}


def poisoned(number: int) -> dict[str, Any]:
    """An event that the handler's bug makes raise."""
    return history(number)[0] | {
        "id": f"evt_poison{number}",
        "type": "charge.succeeded",
        "data": {"object": {"id": f"ch_{number}", "object": "charge", "amount": -5}},
    }


def test_an_event_that_cannot_be_applied_is_kept_and_visible(context: Context, client: FlaskClient) -> None:
    assert post_event(client, poisoned(1), EPOCH).status_code == 200
    with context.db.read() as tx:
        row = tx.execute(text("SELECT state, why, attempts, due_at FROM inbox_event")).one()
    assert (row.state, row.attempts) == (InboxState.FAILED, 1)
    assert "a bug" in row.why
    assert row.due_at is not None


def test_a_bad_event_does_not_harm_the_others_of_its_batch(context: Context) -> None:
    several = [customer_event(1), poisoned(2), customer_event(3)]
    answers = take_events(context, [read_envelope(event, "{}") for event in several])
    assert answers == [InboxState.APPLIED, InboxState.FAILED, InboxState.APPLIED]


def test_a_failed_event_that_comes_again_is_applied(context: Context) -> None:
    bad = poisoned(1)
    take_events(context, [read_envelope(bad, "{}")])
    good = bad | {"data": {"object": {"id": "ch_1", "object": "charge", "amount": 5}}}
    assert take_events(context, [read_envelope(good, "{}")]) == [InboxState.APPLIED]


def test_a_stored_event_that_fails_again_says_why(context: Context, client: FlaskClient) -> None:
    post_event(client, poisoned(1), EPOCH)
    (outcome,) = apply_stored(context, ["evt_poison1"]).values()
    assert isinstance(outcome, ZeroDivisionError)


@pytest.mark.parametrize("statement", range(12))
def test_a_database_that_goes_away_is_answered_503_and_stripes_retry_finds_it_healthy(
    context: Context, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    event = next(event for event in history(1) if event["type"] == "customer.subscription.created")
    with _away_after(monkeypatch, statement):
        away = post_event(client, event, EPOCH)
    stored = _count(context)
    assert (away.status_code, stored) in ((503, 0), (200, 1))
    assert "sqlite" not in away.text.lower()
    assert post_event(client, event, EPOCH).status_code == 200
    assert _count(context) == 1


def test_every_waiting_request_hears_that_the_database_is_away(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [read_envelope(customer_event(number), "{}") for number in (1, 2)]
    with _away_after(monkeypatch, 0):
        assert all(isinstance(answer, NotStored) for answer in take_events(context, several))


@contextmanager
def _away_after(monkeypatch: pytest.MonkeyPatch, statements: int) -> Iterator[None]:
    """Let so many statements through, then let the driver fail as it does when the server is gone."""
    done = 0

    def counted(execute: Callable[..., Any]) -> Callable[..., Any]:
        def failing(tx: Tx, *args: Any, **kwargs: Any) -> Any:
            nonlocal done
            done += 1
            if done > statements:
                raise OperationalError("SELECT 1", {}, Exception("the server went away"))
            return execute(tx, *args, **kwargs)

        return failing

    with monkeypatch.context() as patch:
        for owner, name in ((Tx, "execute"), (prepared, "_execute")):
            patch.setattr(owner, name, counted(getattr(owner, name)))
        yield


def _count(context: Context) -> int:
    with context.db.read() as tx:
        return int(tx.execute(text("SELECT count(*) FROM inbox_event")).scalar_one())
