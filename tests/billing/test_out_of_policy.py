"""Money that goes back at Stripe without a decision of ours raises an alarm, once; what is ours or allowed does not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from app.billing.alarms import acknowledge, alarms
from app.billing.out_of_policy import OutOfPolicyReport, run
from app.billing.refund_exceptions import ExceptionRequest, exceptions, record_exception
from app.errors import BadException, UnknownAlarm
from app.sandbox.wire import form
from tests.support.stage import Stage, stage

OURS = "paidthrough:refund-1"


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        acting.subscribe("ann")
        yield acting


def test_a_refund_in_the_dashboard_is_alarmed_once_with_what_is_known(acted: Stage) -> None:
    charge = charge_of(acted)
    refund = give(acted, "/v1/refunds", charge=charge["id"], amount=500, reason="requested_by_customer")
    assert judge(acted) == OutOfPolicyReport(judged=1, raised=1)
    (raised,) = alarms(acted.context)
    assert (raised.kind, raised.object_id, raised.uid) == ("refund", refund["id"], "ann")
    assert (raised.customer, raised.amount, raised.currency) == (charge["customer"], 500, "usd")
    assert raised.event is not None
    assert acted.world.call("GET", f"/v1/events/{raised.event}")["type"] == "refund.created"
    assert orjson.loads(raised.facts) == {
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "reason": "requested_by_customer",
        "status": "succeeded",
    }
    acted.world.fail_refund(refund["id"])
    assert judge(acted).raised == 0
    assert len(alarms(acted.context)) == 1


def test_nothing_to_judge_is_nothing(acted: Stage) -> None:
    acted.advance(days=31)
    assert judge(acted) == OutOfPolicyReport()


def test_a_key_that_only_looks_like_ours_does_not_help(acted: Stage) -> None:
    refund_with_key(acted, f"not-{OURS}", charge=charge_of(acted)["id"])
    assert judge(acted).raised == 1
    (raised,) = alarms(acted.context)
    assert raised.request_key == f"not-{OURS}"


def test_a_refund_that_an_operator_allowed_is_linked(acted: Stage) -> None:
    charge = charge_of(acted)
    allow(acted, charge=charge["id"], max_amount=500)
    refund = give(acted, "/v1/refunds", charge=charge["id"], amount=500)
    assert judge(acted) == OutOfPolicyReport(judged=1)
    assert [each.refund for each in exceptions(acted.context)] == [refund["id"]]


def test_an_exception_is_good_for_one_refund(acted: Stage) -> None:
    charge = charge_of(acted)
    allow(acted, payment_intent=charge["payment_intent"], charge=None)
    first = give(acted, "/v1/refunds", charge=charge["id"], amount=500)
    judge(acted)
    second = give(acted, "/v1/refunds", charge=charge["id"], amount=500)
    assert judge(acted).raised == 1
    assert [each.object_id for each in alarms(acted.context)] == [second["id"]]
    assert [each.refund for each in exceptions(acted.context)] == [first["id"]]


@pytest.mark.parametrize(
    "change",
    [
        {"max_amount": 499},
        {"currency": "eur"},
        {"charge": "ch_another"},
        {"charge": None, "payment_intent": "pi_another"},
        {"lasts": timedelta(seconds=30)},
    ],
)
def test_an_exception_that_does_not_fit_allows_nothing(acted: Stage, change: dict[str, Any]) -> None:
    charge = charge_of(acted)
    allow(acted, **({"charge": charge["id"]} | change))
    give(acted, "/v1/refunds", charge=charge["id"], amount=500)
    assert judge(acted).raised == 1


def test_an_exception_recorded_afterwards_allows_nothing(acted: Stage) -> None:
    charge = charge_of(acted)
    give(acted, "/v1/refunds", charge=charge["id"], amount=500)
    acted.advance(minutes=1)
    allow(acted, charge=charge["id"])
    assert judge(acted).raised == 1


@pytest.mark.parametrize(
    "change",
    [
        {"charge": None},
        {"payment_intent": "pi_1"},
        {"charge": "in_1"},
        {"max_amount": 0},
        {"currency": "dollars"},
        {"actor": " "},
        {"reason": ""},
        {"lasts": timedelta(0)},
        {"lasts": timedelta(days=31)},
    ],
)
def test_an_exception_must_say_what_and_who_and_why(acted: Stage, change: dict[str, Any]) -> None:
    with pytest.raises(BadException):
        allow(acted, **({"charge": "ch_1"} | change))
    assert exceptions(acted.context) == []


def test_an_alarm_is_acknowledged_once(acted: Stage) -> None:
    give(acted, "/v1/refunds", charge=charge_of(acted)["id"])
    judge(acted)
    number = alarms(acted.context)[0].number
    first = acknowledge(acted.context, number, by="eve", note="talked to Bob")
    again = acknowledge(acted.context, number, by="mallory")
    assert first == again
    assert (first.acknowledged_by, first.note) == ("eve", "talked to Bob")
    assert alarms(acted.context) == []
    assert alarms(acted.context, acknowledged_too=True) == [first]
    with pytest.raises(UnknownAlarm):
        acknowledge(acted.context, number + 1, by="eve")


def test_events_again_and_out_of_order_raise_nothing_new(acted: Stage) -> None:
    acted.world.trouble.duplicate(3)
    acted.world.trouble.reorder(7)
    refund = give(acted, "/v1/refunds", charge=charge_of(acted)["id"], amount=500)
    acted.world.call("POST", f"/v1/refunds/{refund['id']}", metadata={"note": "later"})
    assert judge(acted).raised == 1
    assert judge(acted).raised == 0


def charge_of(acted: Stage) -> dict[str, Any]:
    found: dict[str, Any] = acted.world.call("GET", "/v1/charges")["data"][0]
    return found


def give(acted: Stage, path: str, **given: Any) -> dict[str, Any]:
    """A person in the dashboard, a minute later."""
    acted.advance(minutes=1)
    made: dict[str, Any] = acted.world.call("POST", path, **given)
    return made


def refund_with_key(acted: Stage, key: str, **given: Any) -> None:
    """A program, not a person."""
    headers = {"authorization": "Bearer sk_test_program", "idempotency-key": key}
    answered = acted.world.request("POST", "/v1/refunds", body=form.encode(given).encode(), headers=headers)
    assert answered.status == 200, answered.body


def allow(acted: Stage, **change: Any) -> str:
    given: dict[str, Any] = {
        "charge": "ch_1",
        "payment_intent": None,
        "max_amount": 2000,
        "currency": "USD",
        "actor": "eve",
        "reason": "never delivered",
        "lasts": timedelta(hours=1),
    }
    return record_exception(acted.context, ExceptionRequest(**(given | change)))


def judge(acted: Stage) -> OutOfPolicyReport:
    acted.deliver()
    return run(acted.context)
