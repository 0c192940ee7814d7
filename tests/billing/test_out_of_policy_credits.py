"""Credits: for unused time, on credit notes, to a balance. Prorations that we caused. A paid upgrade is no alarm."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from app.billing.alarms import alarms
from app.billing.cancellation import cancel
from app.billing.fetching import run_pending
from app.billing.out_of_policy import run
from app.sandbox.wire import form
from tests.support.stage import Stage, stage

Json = dict[str, Any]


@pytest.fixture
def acted(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as acting:
        yield acting


@pytest.fixture
def subscription(acted: Stage) -> str:
    made = acted.subscribe("ann", acted.price("Pro", 6000))
    acted.advance(days=10)
    return made


def test_a_downgrade_that_leaves_a_credit_is_alarmed_once(acted: Stage, subscription: str) -> None:
    change_plan(acted, subscription, acted.price("Basic", 2000))
    (raised,) = judged(acted)
    assert raised == ("credit_for_unused_time", "ann")
    (alarm,) = alarms(acted.context)
    assert alarm.amount is not None
    assert 2600 < alarm.amount < 2800  # two thirds of the difference
    assert len(orjson.loads(alarm.facts)["amounts"]) == 2
    acted.advance(days=40)  # the renewal bills what was pending
    assert judged(acted) == [raised]


def test_a_credit_that_is_only_seen_on_the_invoice(acted: Stage, subscription: str) -> None:
    acted.world.trouble.drop(lambda event: event["type"].startswith("invoiceitem."))
    change_plan(acted, subscription, acted.price("Basic", 2000))
    assert judged(acted) == []
    acted.advance(days=40)
    assert judged(acted) == [("credit_for_unused_time", "ann")]


@pytest.mark.parametrize("behavior", ["create_prorations", "always_invoice"])
def test_a_paid_upgrade_is_not_alarmed(acted: Stage, subscription: str, behavior: str) -> None:
    change_plan(acted, subscription, acted.price("Max", 9000), proration_behavior=behavior)
    assert judged(acted) == []
    acted.advance(days=40)
    assert judged(acted) == []


def test_an_upgrade_to_a_longer_period_is_not_alarmed(acted: Stage, subscription: str) -> None:
    yearly = acted.price("Pro", 60000, interval="year")
    change_plan(acted, subscription, yearly)
    assert judged(acted) == []


def test_a_downgrade_and_an_upgrade_are_judged_apart(acted: Stage, subscription: str) -> None:
    change_plan(acted, subscription, acted.price("Basic", 2000))
    acted.advance(hours=1)
    change_plan(acted, subscription, acted.price("Max", 90000))
    assert judged(acted) == [("credit_for_unused_time", "ann")]
    acted.advance(days=40)
    assert judged(acted) == [("credit_for_unused_time", "ann")]


def test_the_lines_of_one_change_are_waited_for(acted: Stage, subscription: str) -> None:
    acted.world.trouble.delay(lambda event: 30 if event["data"]["object"].get("amount", 0) > 0 else 0)
    change_plan(acted, subscription, acted.price("Max", 9000))
    assert run(acted.context).judged == 0
    acted.advance(seconds=30)
    assert judged(acted) == []


@pytest.mark.parametrize("invoice_now", [True, False])
def test_a_credit_for_canceling_at_once_is_one_alarm(acted: Stage, subscription: str, invoice_now: bool) -> None:
    acted.world.call("DELETE", f"/v1/subscriptions/{subscription}", prorate=True, invoice_now=invoice_now)
    assert judged(acted) == [("credit_for_unused_time", "ann")]


def test_our_own_cancellation_prorates_nothing(acted: Stage, subscription: str) -> None:
    cancel(acted.context, uid="ann", subscription=subscription, actor="customer")
    acted.advance(days=40)
    assert judged(acted) == []


def test_a_proration_by_a_request_of_ours_is_alarmed_even_if_it_is_paid(acted: Stage, subscription: str) -> None:
    item = acted.world.call("GET", f"/v1/subscriptions/{subscription}")["items"]["data"][0]["id"]
    change: Any = {"items": [{"id": item, "price": acted.price("Max", 9000)}]}
    headers = {"authorization": "Bearer sk_test_program", "idempotency-key": "paidthrough:oops"}
    path, body = f"/v1/subscriptions/{subscription}", form.encode(change).encode()
    assert acted.world.request("POST", path, body=body, headers=headers).status == 200
    assert judged(acted) == [("proration_by_us", "ann")]
    assert alarms(acted.context)[0].request_key == "paidthrough:oops"


def test_a_credit_note_that_credits_the_balance_is_one_alarm(acted: Stage, subscription: str) -> None:
    write_credit_note(acted, amount=1000, credit_amount=1000)
    assert judged(acted) == [("credit_note", "ann")]


def test_money_that_went_back_elsewhere_is_alarmed_too(acted: Stage, subscription: str) -> None:
    write_credit_note(acted, amount=1000, out_of_band_amount=1000)
    assert judged(acted) == [("credit_note", "ann")]


def test_a_credit_note_before_payment_returns_nothing(acted: Stage) -> None:
    acted.subscribe("ann", collection_method="send_invoice", days_until_due=30)
    acted.advance(hours=2)
    invoice = acted.world.call("GET", "/v1/invoices")["data"][0]
    if invoice["status"] == "draft":
        acted.world.call("POST", f"/v1/invoices/{invoice['id']}/finalize")
    write_credit_note(acted, amount=500)
    assert judged(acted) == []


def test_a_credit_by_hand_to_the_balance_is_alarmed_once(acted: Stage, subscription: str) -> None:
    adjust(acted, -700, description="goodwill")
    assert judged(acted) == [("balance_credit", "ann")]
    (alarm,) = alarms(acted.context)
    assert (alarm.amount, alarm.currency) == (700, "usd")
    assert orjson.loads(alarm.facts)["description"] == "goodwill"
    adjust(acted, -700, description="goodwill")
    assert judged(acted) == [("balance_credit", "ann")] * 2


def test_a_debit_is_none(acted: Stage, subscription: str) -> None:
    adjust(acted, 300)
    assert judged(acted) == []


def test_what_stripe_credits_for_an_overpayment_is_none(acted: Stage, subscription: str) -> None:
    invoice = acted.world.call("GET", "/v1/invoices")["data"][0]
    acted.world.pay_again(invoice["id"])
    acted.deliver()
    assert acted.world.call("GET", f"/v1/customers/{invoice['customer']}")["balance"] < 0
    assert judged(acted) == []


def test_stripe_away_only_puts_a_balance_off(acted: Stage, subscription: str) -> None:
    adjust(acted, -700)
    acted.world.trouble.outage(True)
    acted.advance(minutes=2)
    report = run(acted.context)
    assert (report.judged, report.put_off) == (0, 1)
    acted.world.trouble.calm()
    acted.advance(minutes=6)
    assert judged(acted) == [("balance_credit", "ann")]


def test_a_rehearsals_credit_is_seen_too(acted: Stage) -> None:
    clock = acted.world.call("POST", "/v1/test_helpers/test_clocks", frozen_time=int(acted.clock.now.timestamp()))["id"]
    customer = acted.world.call("POST", "/v1/customers", test_clock=clock, metadata={"uid": "ann"})["id"]
    method = acted.world.call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    sold = {"items": [{"price": acted.price("Pro", 6000)}], "default_payment_method": method}
    subscription = str(acted.world.call("POST", "/v1/subscriptions", customer=customer, **sold)["id"])
    acted.world.call("DELETE", f"/v1/subscriptions/{subscription}", prorate=True, invoice_now=True)
    acted.advance(minutes=1)
    run_pending(acted.context)
    assert judged(acted) == [("credit_for_unused_time", "ann")]


def judged(acted: Stage) -> list[tuple[str, str | None]]:
    """All alarms so far, in order of their kinds, once the lines of a change have had their time."""
    acted.advance(minutes=2)
    assert run(acted.context).put_off == 0
    return sorted((each.kind, each.uid) for each in alarms(acted.context))


def change_plan(acted: Stage, subscription: str, price: str, **how: Any) -> None:
    """In the dashboard."""
    item = acted.world.call("GET", f"/v1/subscriptions/{subscription}")["items"]["data"][0]["id"]
    acted.world.call("POST", f"/v1/subscriptions/{subscription}", items=[{"id": item, "price": price}], **how)
    acted.deliver()


def write_credit_note(acted: Stage, **how: Any) -> None:
    invoice = acted.world.call("GET", "/v1/invoices")["data"][0]["id"]
    acted.world.call("POST", "/v1/credit_notes", invoice=invoice, **how)


def adjust(acted: Stage, amount: int, **more: Any) -> None:
    customer = acted.world.call("GET", "/v1/customers")["data"][0]["id"]
    given = {"amount": amount, "currency": "usd", **more}
    acted.world.call("POST", f"/v1/customers/{customer}/balance_transactions", **given)
