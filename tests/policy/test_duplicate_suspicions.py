"""What looks like a duplicate payment and is not proven: it goes to a person, and never to the gateway."""

from dataclasses import replace
from typing import Any

import pytest

from app.policy.duplicate_facts import DuplicateContext
from app.policy.duplicate_verdict import Suspect, Suspicion
from tests.policy.billing_bodies import HOUR, MONTH, NOON
from tests.policy.payment_bodies import (
    ABSENT,
    SINGLE,
    Pair,
    changed,
    same_invoice,
    same_order,
    same_period,
    twins,
    verdict_on,
)

UNMARKED: dict[str, Any] = {"payment_intent.metadata": {}}
REFERENCE = UNMARKED | {"payment_intent.payment_details.order_reference": "cs_test_a1b2"}
GUEST = {"charge.customer": None, "payment_intent.customer": None, "customer": None}
SAME_INTENT = {"charge.payment_intent": "pi_1", "payment_intent.id": "pi_1"}
LATER = NOON + 30 * HOUR
OTHER_CUSTOMER = {"charge.customer": "cus_2", "payment_intent.customer": "cus_2"}
SECOND_LINK = {"invoice": "in_9", "status": "paid", "payment": {"payment_intent": "pi_2", "type": "payment_intent"}}
THIRD = {"invoice": "in_2", "status": "paid", "payment": {"payment_intent": "pi_3", "type": "payment_intent"}}
PAID = same_period()[1].invoice_payments[0]


def case(why: Suspect, pair: Pair, changes: dict[str, Any], *, both: bool = False, context: Any = SINGLE) -> Any:
    return pytest.param(why, changed(pair, changes, both=both), context)


CASES = {
    "a customer who is gone": case(Suspect.CUSTOMER_GONE, same_order(), {"customer.deleted": True}),
    "same amount, card and minute": case(Suspect.SAME_AMOUNT, same_order(), UNMARKED, both=True),
    "an order id on one of them": case(Suspect.SAME_AMOUNT, same_order(), UNMARKED),
    "a reference that stripe fills in": case(Suspect.SAME_AMOUNT, same_order(), REFERENCE, both=True),
    "another one of stripe's references": case(Suspect.SAME_AMOUNT, same_order(), REFERENCE),
    "beside a subscription's payment": case(Suspect.SAME_AMOUNT, (same_period()[0], same_order()[1]), {}),
    "one intent succeeded twice": case(Suspect.SAME_PAYMENT_INTENT, same_order(), SAME_INTENT),
    "guests": case(Suspect.CUSTOMER_NOT_KNOWN, same_order(), GUEST, both=True),
    "a guest": case(Suspect.CUSTOMER_NOT_KNOWN, same_order(), GUEST),
    "two customers of one user": case(Suspect.ORDER_OF_ANOTHER_CUSTOMER, same_order(), OTHER_CUSTOMER),
    "order ids that may stand for several payments": case(
        Suspect.ORDER_NOT_DECLARED_SINGLE, same_order(), {}, context=DuplicateContext()
    ),
    "credited for a failure of ours": case(
        Suspect.CREDITED, same_order(), {}, context=replace(SINGLE, credited=frozenset({"ch_2"}))
    ),
    "no credit for the excess": case(Suspect.CREDIT_NOT_FOUND, same_invoice(), {"balance_transactions": []}, both=True),
    "excess already used": case(Suspect.CREDIT_SPENT, same_invoice(), {"customer.balance": 0}, both=True),
    "paid in part from the balance": case(Suspect.CREDIT_FUNDED, same_period(), {"invoice.starting_balance": -500}),
    "one payment for two invoices": case(
        Suspect.SEVERAL_INVOICES, same_period(), {"invoice_payments": [PAID, SECOND_LINK]}
    ),
    "an invoice that several payments paid": case(
        Suspect.SEVERAL_PAYMENTS, same_period(), {"invoice_payments": [PAID, THIRD]}
    ),
    "an invoice that is open again": case(Suspect.INVOICE_NOT_PAID, same_period(), {"invoice.status": "open"}),
    "an invoice made by hand": case(Suspect.UNUSUAL_INVOICE, same_period(), {"invoice.billing_reason": "manual"}),
    "an invoice that was also overpaid": case(Suspect.OVERPAID, same_period(), {"invoice.amount_overpaid": 100}),
    "an invoice that was not fetched": case(Suspect.FACTS_MISSING, same_period(), {"invoice": None}),
    "lines that were cut off": case(Suspect.FACTS_MISSING, same_period(), {"invoice.lines.has_more": True}),
    "a line without its period": case(Suspect.FACTS_MISSING, same_period(), {"invoice.lines.data.0.period": ABSENT}),
    "a subscription that was not fetched": case(Suspect.FACTS_MISSING, same_period(), {"subscription": None}),
    "items that were cut off": case(Suspect.FACTS_MISSING, twins(), {"subscription.items.has_more": True}, both=True),
    "a status that we do not know": case(Suspect.FACTS_MISSING, same_order(), {"charge.status": "blocked"}),
    "the same plan bought a day later": case(Suspect.SIGNED_UP_APART, twins(), {"subscription.created": LATER}),
    "a twin that was canceled": case(Suspect.TWIN_NOT_RENEWING, twins(), {"subscription.cancel_at_period_end": True}),
    "a twin canceled in the portal": case(Suspect.TWIN_NOT_RENEWING, twins(), {"subscription.cancel_at": NOON + MONTH}),
    "a twin that is not collected": case(
        Suspect.TWIN_NOT_RENEWING, twins(), {"subscription.pause_collection": {"behavior": "void"}}
    ),
}


@pytest.mark.parametrize(("why", "pair", "context"), CASES.values(), ids=CASES)
def test_it_goes_to_a_person(why: Suspect, pair: Pair, context: DuplicateContext) -> None:
    assert verdict_on(pair, context) == Suspicion(why=why)


def test_every_suspicion_has_its_case() -> None:
    assert {param.values[0] for param in CASES.values()} == set(Suspect)


def test_signed_up_exactly_a_day_apart_is_still_together() -> None:
    pair = changed(twins(), {"subscription.created": NOON + HOUR + 24 * HOUR})
    assert not isinstance(verdict_on(pair), Suspicion)
    pair = changed(twins(), {"subscription.created": NOON + HOUR + 24 * HOUR + 1})
    assert verdict_on(pair) == Suspicion(why=Suspect.SIGNED_UP_APART)
