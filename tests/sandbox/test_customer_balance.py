"""A customer's credit: adjusted by hand, spent by the next invoice, and traced by transactions."""

from __future__ import annotations

from tests.sandbox.attempts import open_invoice
from tests.sandbox.stage import DAY, Json, Stage


def transactions(stage: Stage, customer: str) -> list[Json]:
    """Oldest first."""
    return list(reversed(stage.world.call("GET", f"/v1/customers/{customer}/balance_transactions")["data"]))


def adjust(stage: Stage, customer: str, amount: int) -> str:
    made = stage.stripe.v1.customers.balance_transactions.create(
        customer, {"amount": amount, "currency": "usd", "metadata": {"claim": "7"}}
    )
    return made.id


def test_an_adjustment_moves_the_balance_and_is_told(stage: Stage) -> None:
    customer = stage.customer()
    credit, debit = adjust(stage, customer, -2000), adjust(stage, customer, 500)
    found = stage.stripe.v1.customers.balance_transactions.list(customer)
    assert [(it.id, it.amount, it.ending_balance, it.type) for it in found.data] == [
        (debit, 500, -1500, "adjustment"),
        (credit, -2000, -2000, "adjustment"),
    ]
    assert stage.last("customer.updated")["data"]["previous_attributes"] == {"balance": -2000}
    one = stage.stripe.v1.customers.balance_transactions.retrieve(customer, credit)
    assert (one.amount, one.metadata["claim"]) == (-2000, "7")  # type: ignore[index]


def test_credit_is_spent_by_invoice_after_invoice(stage: Stage) -> None:
    customer = stage.customer()
    adjust(stage, customer, -3000)
    sub = stage.subscribe(customer)
    stage.world.advance(32 * DAY)
    first, second = stage.invoices(sub)
    assert [(it["starting_balance"], it["ending_balance"], it["amount_due"]) for it in (first, second)] == [
        (-3000, -1000, 0),
        (-1000, 0, 1000),
    ]
    _, used, rest = transactions(stage, customer)
    assert [(it["type"], it["amount"], it["invoice"]) for it in (used, rest)] == [
        ("applied_to_invoice", 2000, first["id"]),
        ("applied_to_invoice", 1000, second["id"]),
    ]
    by_invoice = stage.stripe.v1.customers.balance_transactions.list(customer, {"invoice": first["id"]})
    assert [it.id for it in by_invoice.data] == [used["id"]]


def test_what_is_too_small_to_charge_stays_owed(stage: Stage) -> None:
    customer = stage.customer()
    adjust(stage, customer, -1980)
    sub = stage.subscribe(customer)
    (first,) = stage.invoices(sub)
    assert (first["status"], first["amount_due"], first["ending_balance"]) == ("paid", 0, 20)
    assert transactions(stage, customer)[-1]["type"] == "invoice_too_small"
    stage.world.advance(32 * DAY)
    assert stage.invoices(sub)[1]["amount_paid"] == 2020


def test_a_void_invoice_returns_its_credit(stage: Stage) -> None:
    customer = stage.customer(card=None)
    adjust(stage, customer, -500)
    invoice = stage.subscribe(customer, payment_behavior="default_incomplete")["latest_invoice"]
    assert stage.get("customers", customer)["balance"] == 0
    stage.stripe.v1.invoices.void_invoice(invoice)
    assert stage.get("customers", customer)["balance"] == -500
    assert transactions(stage, customer)[-1]["type"] == "unapplied_from_invoice"


def test_a_void_invoice_without_credit_returns_none(stage: Stage) -> None:
    invoice = open_invoice(stage)
    stage.stripe.v1.invoices.void_invoice(invoice)
    assert transactions(stage, stage.get("invoices", invoice)["customer"]) == []


def test_a_balance_that_is_set_is_traced_too(stage: Stage) -> None:
    customer = stage.customer(balance=-100)
    stage.stripe.v1.customers.update(customer, {"balance": 250})
    traced = transactions(stage, customer)
    assert [(it["type"], it["amount"]) for it in traced] == [("initial", -100), ("adjustment", 350)]


def test_the_balance_is_always_where_its_last_transaction_left_it(stage: Stage) -> None:
    customer = stage.customer()
    sub = stage.subscribe(customer)
    for amount in (-700, 300):
        adjust(stage, customer, amount)
    stage.world.pay_again(sub["latest_invoice"], amount=900)
    stage.world.advance(64 * DAY)
    traced = transactions(stage, customer)
    assert sum(it["amount"] for it in traced) == traced[-1]["ending_balance"]
    assert stage.get("customers", customer)["balance"] == traced[-1]["ending_balance"]


def test_a_transaction_only_takes_words(stage: Stage) -> None:
    customer = stage.customer()
    made = adjust(stage, customer, -100)
    stage.stripe.v1.customers.balance_transactions.update(customer, made, {"description": "Given back"})
    assert transactions(stage, customer)[0]["description"] == "Given back"
