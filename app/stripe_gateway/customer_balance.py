"""Changes of a customer's credit balance. Each is an adjustment that is never undone, only answered by another one."""

from collections.abc import Mapping
from typing import Any

from app.policy.claim_states import SettlementStep
from app.policy.verified_duplicate import VerifiedDuplicate
from app.stripe_gateway.answers import ask
from app.stripe_gateway.fetched import Fetched
from app.stripe_gateway.gateway import Gateway

KIND = "customer_balance_transaction"


def reverse_overpayment_credit(gateway: Gateway, proof: VerifiedDuplicate, *, attempt: int) -> Fetched:
    """Take the credit back that Stripe gave for the overpaid invoice, before the same money is refunded."""
    step = SettlementStep.REVERSE_CREDIT
    assert proof.credit_to_reverse > 0  # noqa: S101 - only rule A has a credit to reverse
    assert proof.extra.customer is not None  # noqa: S101 - whose invoice it is
    words, metadata = "Overpayment is refunded to the card", proof.metadata(attempt, step)
    change = _change(proof.credit_to_reverse, proof.currency, words, metadata)
    return _adjust(gateway, proof.extra.customer, change, key=proof.idempotency_key(attempt, step))


def restore_overpayment_credit(
    gateway: Gateway, customer: str, *, amount: int, currency: str, metadata: Mapping[str, str], key: str
) -> Fetched:
    """Give back what was reversed for a refund that did not come about; the balance's credits are negative."""
    assert amount > 0  # noqa: S101 - it was reversed before
    words = "Overpayment is not refunded to the card"
    return _adjust(gateway, customer, _change(-amount, currency, words, metadata), key=key)


def credit_account(
    gateway: Gateway, customer: str, *, amount: int, currency: str, metadata: Mapping[str, str], key: str
) -> Fetched:
    """What an operator gives for a failure of ours (2.1): it is used for the next invoice, and never paid out."""
    assert amount > 0  # noqa: S101 - the order was checked
    words = "Credit for a failure on our side"
    return _adjust(gateway, customer, _change(-amount, currency, words, metadata), key=key)


def _change(amount: int, currency: str, description: str, metadata: Mapping[str, str]) -> Any:
    return {"amount": amount, "currency": currency, "description": description, "metadata": dict(metadata)}


def _adjust(gateway: Gateway, customer: str, change: Any, *, key: str) -> Fetched:
    create = gateway.client.v1.customers.balance_transactions.create
    return ask(gateway, KIND, lambda: create(customer, change, {"idempotency_key": key})).fetched
