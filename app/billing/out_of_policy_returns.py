"""Refunds and refunding credit notes: ours, allowed beforehand by an operator, or out of policy."""

from collections.abc import Sequence
from datetime import timedelta

from app.billing.out_of_policy_finding import Finding, Json, number, some, text, told_by
from app.db import our_acts, refund_exception
from app.db.engine import Tx
from app.db.money_evidence import Told, body_of, events_about
from app.db.our_acts import Act
from app.db.refund_exception import Wanted
from app.policy.instants import from_epoch

A_SECOND = timedelta(seconds=1)  # Stripe's instants are whole seconds, ours are not


def refund_findings(tx: Tx, refund: str) -> Sequence[Finding]:
    body, events = body_of(tx, "refund", refund), events_about(tx, refund)
    if _is_excused(tx, refund, body, events):
        return ()
    finding = Finding(
        kind="refund",
        matter=f"refund:{refund}",
        object_id=refund,
        customer=text(body, "customer") or _payer(tx, body),
        amount=number(body, "amount"),
        currency=text(body, "currency"),
        happened_at=number(body, "created"),
        facts=some(body, "charge", "payment_intent", "reason", "status", "metadata"),
        **told_by(events),
    )
    return (finding,)


def credit_note_findings(tx: Tx, note: str) -> Sequence[Finding]:
    body, events = body_of(tx, "credit_note", note), events_about(tx, note)
    refunds = _refunds_of(body)
    gives_otherwise = bool(body.get("customer_balance_transaction") or number(body, "out_of_band_amount"))
    gives = gives_otherwise or refunds or number(body, "post_payment_amount")
    if not gives or (body.get("status") == "void" and not refunds):
        return ()
    if refunds and not gives_otherwise and all(_is_known_excused(tx, refund) for refund in refunds):
        return ()
    finding = Finding(
        kind="credit_note",
        matter=f"credit_note:{note}",
        object_id=note,
        customer=text(body, "customer"),
        amount=number(body, "post_payment_amount") or number(body, "amount"),
        currency=text(body, "currency"),
        happened_at=number(body, "created"),
        facts=some(body, "invoice", "reason", "memo", "refunds", "customer_balance_transaction", "out_of_band_amount"),
        **told_by(events),
    )
    return (finding,)


def _is_known_excused(tx: Tx, refund: str) -> bool:
    return _is_excused(tx, refund, body_of(tx, "refund", refund), events_about(tx, refund))


def _is_excused(tx: Tx, refund: str, body: Json, events: Sequence[Told]) -> bool:
    if _is_ours(tx, refund, body, events) or refund_exception.linked_to(tx, refund):
        return True
    amount, made, currency = number(body, "amount"), number(body, "created"), text(body, "currency")
    if amount is None or made is None or currency is None:
        return False
    wanted = Wanted(
        refund=refund,
        charge=text(body, "charge"),
        payment_intent=text(body, "payment_intent"),
        amount=amount,
        currency=currency,
        made_at=from_epoch(made) + A_SECOND,
    )
    return refund_exception.link(tx, wanted)


def _is_ours(tx: Tx, refund: str, body: Json, events: Sequence[Told]) -> bool:
    """A later change by us does not make somebody else's refund ours."""
    charge, amount = text(body, "charge"), number(body, "amount")
    if charge is None or amount is None:
        return False
    keys = frozenset(it.request_key for it in events if it.type == "refund.created" and it.request_key)
    return our_acts.is_our_refund(tx, Act(refund, amount, keys), charge=charge)


def _payer(tx: Tx, refund: Json) -> str | None:
    charge = text(refund, "charge")
    return text(body_of(tx, "charge", charge), "customer") if charge else None


def _refunds_of(note: Json) -> list[str]:
    listed = note.get("refunds")
    found = [text(each, "refund") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [refund for refund in (*found, text(note, "refund")) if refund]
