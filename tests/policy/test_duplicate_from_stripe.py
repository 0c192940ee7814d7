"""Reading what Stripe says of a payment: as it is written, and when it is missing, null or new."""

from typing import Any

import pytest

from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import CheckoutFacts, OrderId, OrderSetBy
from app.policy.duplicate_from_stripe import payment_facts
from app.policy.duplicate_verdict import Disproof, Disproved, Suspect, Suspicion
from app.policy.stripe_body import exact
from tests.policy.billing_bodies import HOUR, NOON
from tests.policy.payment_bodies import (
    ABSENT,
    Pair,
    at,
    but,
    changed,
    facts,
    same_invoice,
    same_order,
    same_period,
    verdict_on,
)


def test_a_payment_with_all_that_hangs_on_it() -> None:
    found = facts(same_invoice()[1])
    assert (found.charge, found.payment_intent, found.customer, found.uid) == ("ch_2", "pi_2", "cus_1", "u-1")
    assert (found.amount, found.captured, found.currency, found.status) == (2000, 2000, "usd", "succeeded")
    assert [link.payment for link in found.links] == ["pi_2"]
    assert found.invoice is not None
    assert [link.payment for link in found.invoice.payments] == ["pi_1", "pi_2"]
    assert (found.invoice.amount_overpaid, found.invoice.subscription) == (2000, "sub_1")
    assert found.billed_by == found.subscription


@pytest.mark.parametrize("pair", [same_invoice(), same_period(), same_order()])
def test_an_empty_charge_is_read_as_nothing_known(pair: Pair) -> None:
    found = facts(but(pair[0], {"charge": {}}))
    assert (found.charge, found.status, found.captured, found.livemode) == ("", "", 0, False)
    assert isinstance(verdict_on((but(pair[0], {"charge": {}}), pair[1])), Disproved)


def test_null_lists_and_objects_of_another_type_do_not_matter() -> None:
    odd: dict[str, Any] = {
        "charge.refunds": None,
        "charge.balance_transaction": 7,
        "charge.metadata": None,
        "payment_intent.metadata": "none",
        "payment_intent.payment_details": None,
        "invoice.lines": 3,
        "invoice.parent": None,
        "subscription.items": None,
        "customer.metadata": [],
    }
    found = facts(but(same_period()[0], odd))
    assert (found.order, found.uid) == (None, "u-1")
    assert found.invoice is not None
    assert (found.invoice.lines, found.invoice.subscription) == ((), None)


def test_expanded_references_are_read_like_plain_ones() -> None:
    pair = changed(
        same_period(),
        {
            "charge.payment_intent": {"id": "pi_2"},
            "charge.customer": {"id": "cus_1"},
            "invoice.lines.data.0.pricing.price_details.price": {
                "id": "price_pro",
                "recurring": {"usage_type": "licensed"},
            },
        },
    )
    assert not isinstance(verdict_on(pair), Disproved | Suspicion)


def test_a_metered_price_is_known_from_the_line_itself() -> None:
    price = {"id": "price_pro", "recurring": {"usage_type": "metered"}}
    pair = changed(same_period(), {"invoice.lines.data.0.pricing.price_details.price": price})
    assert verdict_on(pair) == Disproved(name=Disproof.USAGE_LINES)


@pytest.mark.parametrize(
    ("changes", "uid"),
    [
        ({}, "u-1"),
        ({"subscription.metadata": {"uid": "u-9"}}, "u-9"),
        ({"subscription.metadata": {}}, "u-1"),
        ({"subscription.metadata": {}, "customer": None, "checkout_session": {"client_reference_id": "u-7"}}, "u-7"),
        ({"subscription": None, "customer": None, "payment_intent.metadata": {"uid": "u-5"}}, "u-5"),
        ({"subscription": None, "customer": None}, None),
    ],
)
def test_whose_it_is_is_found_as_everywhere(changes: dict[str, Any], uid: str | None) -> None:
    assert facts(but(same_period()[0], changes)).uid == uid


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ({}, OrderId(value="9001", set_by=OrderSetBy.MERCHANT)),
        (
            {"payment_intent": None, "charge.metadata": {"order_id": "7"}},
            OrderId(value="7", set_by=OrderSetBy.MERCHANT),
        ),
        ({"payment_intent.metadata": {"order_id": "  "}}, None),
        (
            {"payment_intent.metadata": {}, "payment_intent.payment_details": {"order_reference": "cs_1"}},
            OrderId(value="cs_1", set_by=OrderSetBy.STRIPE),
        ),
        ({"payment_intent": None}, None),
    ],
)
def test_who_wrote_the_order_id(changes: dict[str, Any], order: OrderId | None) -> None:
    assert facts(but(same_order()[0], changes)).order == order


def test_when_the_money_was_taken() -> None:
    plain = same_order()[0]
    assert facts(plain).taken_at == at(NOON + 60)
    assert facts(but(plain, {"charge.balance_transaction": {"created": NOON + HOUR}})).taken_at == at(NOON + HOUR)
    assert facts(but(plain, {"taken_at": at(NOON + 2 * HOUR)})).taken_at == at(NOON + 2 * HOUR)
    assert facts(but(plain, {"charge.created": ABSENT})).taken_at == at(0)


def test_an_uncaptured_charge_has_captured_nothing_whatever_its_amount_says() -> None:
    assert facts(but(same_order()[0], {"charge.captured": False})).captured == 0


def test_an_invoice_payment_by_a_charge_without_intent_is_its_link() -> None:
    link = {"invoice": "in_1", "status": "paid", "payment": {"charge": "ch_1", "type": "charge"}}
    alone = but(same_period()[0], {"charge.payment_intent": None, "payment_intent": None, "invoice_payments": [link]})
    assert [each.payment for each in facts(alone).links] == ["ch_1"]


def test_payments_embedded_in_the_invoice_are_read_where_none_were_listed() -> None:
    embedded = {"object": "list", "data": list(same_period()[0].invoice_payments)}
    found = facts(but(same_period()[0], {"invoice_payments": [], "invoice.payments": embedded}))
    assert found.invoice is not None
    assert [each.payment for each in found.invoice.payments] == ["pi_1"]


def test_the_payer_may_be_an_account() -> None:
    found = facts(but(same_order()[0], {"charge.customer": None, "charge.customer_account": "acct_7"}))
    assert found.customer == "acct_7"


@pytest.mark.parametrize(("status", "complete"), [("open", False), ("complete", True), ("expired", True)])
def test_only_an_open_checkout_is_still_to_be_completed(status: str, complete: bool) -> None:
    session = {"status": status, "mode": "payment"}
    assert facts(but(same_order()[0], {"checkout_session": session})).checkout == CheckoutFacts(
        complete=complete, for_subscription=False
    )


def test_quantities_are_equal_however_they_are_written() -> None:
    assert exact("1.0") == exact(1) == exact("1")
    assert (exact("many"), exact(True), exact("NaN"), exact(None)) == (None, None, None, None)
    pair = changed(same_period(), {"invoice.lines.data.0.quantity_decimal": "1.00"})
    assert not isinstance(verdict_on(pair), Disproved | Suspicion)


def test_an_invoice_whose_subscription_is_another_one_is_not_billed_by_it() -> None:
    pair = changed(same_period(), {"subscription.id": "sub_9"})
    assert verdict_on(pair) == Suspicion(why=Suspect.FACTS_MISSING)


def test_the_keys_of_the_host_are_its_own() -> None:
    bodies = PaymentBodies(charge={"id": "ch_1", "metadata": {"user": "u-3", "shop": "A-1"}})
    found = payment_facts(bodies, uid_key="user", order_key="shop")
    assert (found.uid, found.order) == ("u-3", OrderId(value="A-1", set_by=OrderSetBy.MERCHANT))
