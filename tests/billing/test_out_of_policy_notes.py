"""A refund and the credit note that names it are one alarm, whichever is heard of first."""

from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest

from app.billing.alarms import alarms
from app.billing.promises import refunds_have_a_decision
from app.db import sweep_cursor
from app.db.sweep_cursor import Cursor
from tests.billing.test_out_of_policy_credits import judged, write_credit_note
from tests.support.stage import Stage, stage

# The first two use all that databases differ in.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        acting.subscribe("ann", acting.price("Pro", 6000))
        acting.advance(days=10)
        yield acting


def test_a_credit_note_and_the_refund_that_it_makes_are_one_alarm(acted: Stage) -> None:
    write_credit_note(acted, amount=1000, refund_amount=1000)
    assert judged(acted) == [("credit_note", "ann")]
    (refund,) = acted.world.call("GET", "/v1/refunds")["data"]
    assert refund["id"] in alarms(acted.context)[0].facts
    acted.world.fail_refund(refund["id"])  # it is judged again
    assert judged(acted) == [("credit_note", "ann")]
    acted.advance(hours=2)
    assert refunds_have_a_decision(acted.context) == []


def test_a_credit_note_that_is_heard_of_after_its_refund_is_added_to_that_alarm(acted: Stage) -> None:
    acted.world.trouble.delay(lambda event: 600 if event["type"].startswith("credit_note.") else 0)
    write_credit_note(acted, amount=1000, refund_amount=1000)
    assert judged(acted) == [("refund", "ann")]
    acted.advance(minutes=10)
    assert judged(acted) == [("refund", "ann")]
    (note,) = acted.world.call("GET", "/v1/credit_notes")["data"]
    assert orjson.loads(alarms(acted.context)[0].facts)["credit_notes"] == [note["id"]]


@ON_ONE
def test_a_second_credit_note_for_the_same_refund_is_added_too(acted: Stage) -> None:
    refund = give(acted, 1000)
    assert judged(acted) == [("refund", "ann")]
    for amount in (400, 600):
        write_credit_note(acted, amount=amount, refunds=[{"refund": refund, "amount_refunded": amount}])
    assert judged(acted) == [("refund", "ann")]
    notes = {note["id"] for note in acted.world.call("GET", "/v1/credit_notes")["data"]}
    assert set(orjson.loads(alarms(acted.context)[0].facts)["credit_notes"]) == notes


@ON_ONE
def test_a_name_in_free_text_hides_no_refund(acted: Stage) -> None:
    first, second = give(acted, 1000), give(acted, 500)
    acted.world.call("POST", f"/v1/refunds/{first}", metadata={"note": second})
    write_credit_note(acted, amount=100, out_of_band_amount=100, memo=first)
    write_credit_note(acted, amount=500, refunds=[{"refund": second, "amount_refunded": 500}])
    assert judged(acted) == [("credit_note", "ann"), ("credit_note", "ann"), ("refund", "ann")]


@ON_ONE
def test_what_a_credit_note_gives_beside_a_refund_is_not_overlooked(acted: Stage) -> None:
    acted.world.trouble.delay(lambda event: 600 if event["type"].startswith("credit_note.") else 0)
    write_credit_note(acted, amount=1000, refund_amount=700, credit_amount=300)
    assert judged(acted) == [("refund", "ann")]
    acted.advance(minutes=10)
    assert judged(acted) == [("credit_note", "ann"), ("refund", "ann")]


@ON_ONE
def test_a_refund_of_today_is_not_hidden_by_a_credit_note_from_before_our_time(acted: Stage) -> None:
    """A note names only refunds that are older than itself; Stripe may change that without telling us."""
    write_credit_note(acted, amount=1000, out_of_band_amount=1000)
    acted.advance(days=1)
    (note,) = acted.world.call("GET", "/v1/credit_notes")["data"]
    with acted.context.db.write() as tx:
        began = acted.clock.now - timedelta(hours=1)
        sweep_cursor.put(tx, Cursor("events", None, None, 0, began, began))
    refund = give(acted, 500)
    with acted.world.by_hand() as account, account.changing(account.need("credit_note", note["id"])) as found:
        found["refunds"] = [{"object": "credit_note_refund", "refund": refund, "amount_refunded": 500}]
    assert ("credit_note", "ann") in judged(acted)


def give(acted: Stage, amount: int) -> str:
    """In the dashboard; the refund."""
    (charge,) = acted.world.call("GET", "/v1/charges")["data"]
    return str(acted.world.call("POST", "/v1/refunds", charge=charge["id"], amount=amount)["id"])
