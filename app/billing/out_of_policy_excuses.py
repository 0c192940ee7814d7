"""Whether a refund needs no alarm: a record of ours stands behind it, or an operator has allowed it beforehand."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from app.billing.out_of_policy_finding import Json, number, text
from app.db import our_acts, refund_exception
from app.db.engine import Tx
from app.db.locks import lock
from app.db.money_evidence import Told, body_of, events_about
from app.db.our_acts import Act
from app.db.refund_exception import Wanted
from app.policy.instants import from_epoch

A_SECOND = timedelta(seconds=1)  # Stripe's instants are whole seconds, ours are not


def lock_refunds(tx: Tx, refunds: Collection[str]) -> None:
    """Until the transaction ends nobody else judges them, or a credit note that names them."""
    lock(tx, [f"out_of_policy:{refund}" for refund in refunds])


def is_known_excused(tx: Tx, refund: str) -> bool:
    return is_excused(tx, refund, body_of(tx, "refund", refund), events_about(tx, refund))


def is_excused(tx: Tx, refund: str, body: Json, events: Sequence[Told]) -> bool:
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
