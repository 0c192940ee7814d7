"""How much of an overpayment's credit is still there."""

from typing import Any

import pytest

from app.policy.duplicate_credit import overpayment_credit
from app.policy.duplicate_facts import OverpaymentCredit
from app.policy.settlement_marks import INVOICE
from tests.policy.billing_bodies import NOON, balance_transaction

CREDIT = balance_transaction(-2000, at=NOON, invoice="in_1")


def credit(
    *transactions: dict[str, Any], balance: int | None = None, invoice: str = "in_1"
) -> OverpaymentCredit | None:
    customer = None if balance is None else {"balance": balance, "currency": "usd"}
    return overpayment_credit(invoice, "usd", transactions, customer=customer)


def unspent(*transactions: dict[str, Any], balance: int | None = None, reversed_for_this: int = 0) -> int:
    found = credit(*transactions, balance=balance)
    assert found is not None
    return found.unspent(reversed_for_this=reversed_for_this)


def moved(amount: int, kind: str = "adjustment", *, after: int = 60, **others: Any) -> dict[str, Any]:
    return balance_transaction(amount, at=NOON + after, kind=kind, **others)


def ours(amount: int, invoice: str = "in_1") -> dict[str, Any]:
    return moved(amount, metadata={INVOICE: invoice})


def test_a_credit_that_nobody_touched_is_whole() -> None:
    assert credit(CREDIT) == OverpaymentCredit(booked=2000, reversed=0, spent=0, balance=2000)
    assert unspent(CREDIT) == 2000


@pytest.mark.parametrize(
    ("later", "balance", "left"),
    [
        ([moved(700, "applied_to_invoice")], -1300, 1300),
        ([moved(700, "applied_to_invoice"), moved(-700, "unapplied_from_invoice")], -2000, 2000),
        ([moved(500)], -1500, 1500),
        ([moved(2500, "applied_to_invoice")], 500, 0),
        ([moved(-900, "credit_note")], -2900, 2000),
        ([moved(2000, "applied_to_invoice"), moved(-5000)], -5000, 0),
        ([moved(700, "applied_to_invoice", after=0)], -1300, 1300),
        ([ours(2000)], 0, 0),
        ([ours(2000), ours(-2000)], -2000, 2000),
        ([ours(300, "in_9")], -1700, 1700),
    ],
)
def test_what_others_took_since_counts_against_it(later: list[dict[str, Any]], balance: int, left: int) -> None:
    assert unspent(CREDIT, *later, balance=balance) == left
    assert unspent(*reversed(later), CREDIT, balance=balance) == left


def test_what_was_taken_before_does_not_count() -> None:
    assert unspent(moved(900, "applied_to_invoice", after=-60), CREDIT, balance=-2000) == 2000


def test_what_was_reversed_for_this_very_refund_is_its_own() -> None:
    assert unspent(CREDIT, ours(2000), balance=0, reversed_for_this=2000) == 2000
    assert unspent(CREDIT, ours(500), balance=-1500, reversed_for_this=500) == 2000


def test_two_reversals_of_one_credit_leave_only_what_the_other_did_not_take() -> None:
    assert unspent(CREDIT, ours(1500), ours(1500), balance=1000, reversed_for_this=1500) == 500


def test_never_more_than_the_customer_has_as_credit() -> None:
    assert unspent(CREDIT, balance=-400) == 400
    assert unspent(CREDIT, balance=300) == 0


def test_without_the_customer_the_newest_transaction_tells_the_balance() -> None:
    assert unspent(CREDIT, moved(-100) | {"ending_balance": -1200}) == 1200
    assert unspent(CREDIT, moved(-1) | {"ending_balance": -900}, moved(-2) | {"ending_balance": -800}) == 800


def test_each_currency_has_its_own_balance() -> None:
    customer = {"balance": 0, "currency": "eur", "invoice_credit_balance": {"eur": 0, "usd": -1100}}
    found = overpayment_credit("in_1", "usd", [CREDIT], customer=customer)
    assert found is not None
    assert found.unspent() == 1100
    assert overpayment_credit("in_1", "eur", [CREDIT], customer=customer) is None


def test_the_credit_of_another_invoice_is_not_its_credit() -> None:
    assert credit(CREDIT, invoice="in_2") is None
    assert credit(moved(-2000)) is None
