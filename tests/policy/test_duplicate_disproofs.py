"""What looks like a duplicate payment and is none: each case by its name, from bodies in Stripe's shape."""

from typing import Any

import pytest

from app.policy.duplicate_facts import DuplicateContext
from app.policy.duplicate_verdict import Disproof, Disproved
from tests.policy.billing_bodies import HOUR, MONTH, NOON
from tests.policy.payment_bodies import Pair, but, changed, same_invoice, same_order, same_period, twins, verdict_on

LINE = "invoice.lines.data.0"
SOLD = f"{LINE}.parent.subscription_item_details"
PERIOD = f"{LINE}.period"
PRICE = f"{LINE}.pricing.price_details.price"
REFUND = {"id": "re_1", "charge": "ch_2", "status": "pending", "amount": 2000}


def case(disproof: Disproof, pair: Pair, changes: dict[str, Any] | None = None, *, both: bool = False) -> Any:
    return pytest.param(disproof, changed(pair, changes or {}, both=both))


FAILED = {"charge.status": "failed", "charge.captured": False, "charge.amount_captured": 0, "charge.paid": False}
RETRIED = FAILED | {"charge.payment_intent": "pi_1", "payment_intent.id": "pi_1"}
HOLD = {"charge.captured": False, "charge.amount_captured": 0}
NEXT_PERIOD = {PERIOD: {"start": NOON + MONTH, "end": NOON + 2 * MONTH}, "invoice.billing_reason": "subscription_cycle"}
OTHER_PAYER = {"charge.customer": "cus_2", "payment_intent.customer": "cus_2", "customer": {"metadata": {"uid": "u-2"}}}
ANOTHER_USER = {"subscription.metadata": {"uid": "u-2"}}
UPGRADE = {"invoice.billing_reason": "subscription_update"}
ORDERED = {"payment_intent.metadata": {"order_id": "9001"}}

CASES = {
    "the same charge twice": case(Disproof.SAME_CHARGE, (same_order()[0], same_order()[0])),
    "another account": case(Disproof.DIFFERENT_ACCOUNT, same_order(), {"account": "acct_2"}),
    "the other mode": case(Disproof.DIFFERENT_MODE, same_order(), {"charge.livemode": True}),
    "another currency": case(Disproof.DIFFERENT_CURRENCY, same_order(), {"charge.currency": "eur"}),
    "another customer": case(Disproof.OTHER_CUSTOMER, same_order(), OTHER_PAYER),
    "the same plan of another customer": case(Disproof.OTHER_CUSTOMER, twins(), OTHER_PAYER | ANOTHER_USER),
    "an attempt that failed and was retried": case(Disproof.FAILED_THEN_RETRIED, same_order(), RETRIED),
    "an attempt on the same invoice that failed": case(Disproof.FAILED_THEN_RETRIED, same_invoice(), RETRIED),
    "a payment that failed": case(Disproof.PAYMENT_FAILED, same_order(), FAILED),
    "a hold that was not captured": case(Disproof.UNCAPTURED_HOLD, same_order(), HOLD),
    "a charge of nothing": case(Disproof.ZERO_AMOUNT, same_order(), {"charge.amount": 0, "charge.amount_captured": 0}),
    "already refunded": case(Disproof.ALREADY_REFUNDED, same_order(), {"charge.amount_refunded": 2000}),
    "partly refunded": case(Disproof.ALREADY_REFUNDED, same_order(), {"charge.amount_refunded": 1}),
    "a refund on its way": case(Disproof.REFUND_UNDER_WAY, same_order(), {"refunds": [REFUND]}),
    "a refund of unknown status": case(
        Disproof.REFUND_UNDER_WAY, same_order(), {"refunds": [REFUND | {"status": "new"}]}
    ),
    "disputed": case(Disproof.DISPUTED, same_order(), {"charge.disputed": True}),
    "a dispute not yet on the charge": case(Disproof.DISPUTED, same_order(), {"disputes": [{"charge": "ch_2"}]}),
    "early fraud warning": case(Disproof.FRAUD_WARNING, same_order(), {"fraud_warnings": [{"charge": "ch_2"}]}),
    "credited after payment": case(
        Disproof.CREDIT_NOTE, same_period(), {"invoice.post_payment_credit_notes_amount": 1}
    ),
    "a credit note": case(
        Disproof.CREDIT_NOTE, same_period(), {"credit_notes": [{"invoice": "in_2", "status": "issued"}]}
    ),
    "paid out of band": case(Disproof.OUT_OF_BAND, same_period(), {"invoice.amount_paid_off_stripe": 2000}),
    "cash beside a card": case(
        Disproof.OUT_OF_BAND, same_invoice(), {"invoice_payments.0.payment": {"type": "payment_record"}}, both=True
    ),
    "two parts of one invoice": case(Disproof.PARTIAL_PAYMENTS, same_invoice(due=4000)),
    "a proration": case(Disproof.PRORATION_INVOICE, same_period(), UPGRADE | {f"{SOLD}.proration": True}),
    "a proration in another order": case(
        Disproof.PRORATION_INVOICE, same_period(), {f"{SOLD}.proration": True} | ORDERED
    ),
    "a moved billing date": case(Disproof.ANCHOR_RESET, same_period(), UPGRADE),
    "usage over a threshold": case(
        Disproof.USAGE_LINES, same_period(), {"invoice.billing_reason": "subscription_threshold"}
    ),
    "a metered item": case(
        Disproof.USAGE_LINES,
        same_period(),
        {"subscription.items.data.0.price.recurring.usage_type": "metered"},
        both=True,
    ),
    "a renewal": case(Disproof.RENEWAL, same_period(), NEXT_PERIOD),
    "a renewal in the same order": case(Disproof.RENEWAL, changed(same_period(), ORDERED, both=True), NEXT_PERIOD),
    "a renewal of the twin": case(Disproof.RENEWAL, twins(), NEXT_PERIOD),
    "another price": case(Disproof.DIFFERENT_PRICE, same_period(), {PRICE: "price_team"}),
    "another plan": case(Disproof.DIFFERENT_PRICE, twins(), {"subscription.items.data.0.price.id": "price_team"}),
    "another quantity": case(Disproof.DIFFERENT_QUANTITY, same_period(), {f"{LINE}.quantity_decimal": "2"}),
    "more seats": case(Disproof.DIFFERENT_QUANTITY, twins(), {"subscription.items.data.0.quantity": 2}),
    "another order": case(Disproof.DIFFERENT_ORDER, same_order(), {"payment_intent.metadata": {"order_id": "9002"}}),
    "another order of the same plan": case(
        Disproof.DIFFERENT_ORDER,
        changed(twins(), ORDERED, both=True),
        {"payment_intent.metadata": {"order_id": "9002"}},
    ),
    "a part of an order": case(
        Disproof.DIFFERENT_AMOUNT, same_order(), {"charge.amount": 1, "charge.amount_captured": 1}
    ),
    "another amount": case(
        Disproof.DIFFERENT_AMOUNT,
        changed(same_order(), {"payment_intent.metadata": {}}, both=True),
        {"charge.amount": 2100, "charge.amount_captured": 2100},
    ),
    "another item at the same price": case(Disproof.SECOND_SEAT, same_period(), {f"{SOLD}.subscription_item": "si_2"}),
    "a seat with a name": case(Disproof.SECOND_SEAT, twins(), {"subscription.metadata": {"uid": "u-1", "seat": "Bob"}}),
    "a seat for another user": case(Disproof.SECOND_SEAT, twins(), ANOTHER_USER),
}


@pytest.mark.parametrize(("disproof", "pair"), CASES.values(), ids=CASES)
def test_it_is_no_duplicate(disproof: Disproof, pair: Pair) -> None:
    assert verdict_on(pair) == Disproved(name=disproof)


def test_every_disproof_has_its_case() -> None:
    assert {param.values[0] for param in CASES.values()} == set(Disproof)


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("pair", [same_invoice(), same_period(), same_order(), twins()], ids="ABCD")
def test_both_payments_of_a_pair_must_be_good(pair: Pair, index: int) -> None:
    trouble: dict[Disproof, dict[str, Any]] = {
        Disproof.DISPUTED: {"charge.disputed": True},
        Disproof.ALREADY_REFUNDED: {"charge.amount_refunded": 1},
    }
    for disproof, changes in trouble.items():
        bad = but(pair[index], changes)
        assert verdict_on((bad, pair[1]) if index == 0 else (pair[0], bad)) == Disproved(name=disproof)


def test_refunds_that_came_to_nothing_leave_the_duplicate_as_it_is() -> None:
    dead = [REFUND | {"status": "failed"}, REFUND | {"id": "re_2", "status": "canceled"}]
    assert not isinstance(verdict_on(changed(same_order(), {"refunds": dead})), Disproved)


def test_orders_of_twins_are_told_apart_by_the_hosts_own_key() -> None:
    marked = [{"subscription.metadata": {"uid": "u-1", "shop_order": order}} for order in ("1", "2")]
    pair = but(twins()[0], marked[0]), but(twins()[1], marked[1])
    assert verdict_on(pair, DuplicateContext(order_metadata_key="shop_order")) == Disproved(
        name=Disproof.DIFFERENT_ORDER
    )


def test_a_days_plan_renewed_beside_a_sign_up_is_a_renewal() -> None:
    daily = {PERIOD: {"start": NOON + HOUR, "end": NOON + 25 * HOUR}}
    second_day = {
        PERIOD: {"start": NOON + 25 * HOUR, "end": NOON + 49 * HOUR},
        "invoice.billing_reason": "subscription_cycle",
    }
    pair = but(twins()[0], daily), but(twins()[1], second_day)
    assert verdict_on(pair) == Disproved(name=Disproof.RENEWAL)
