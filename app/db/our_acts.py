"""Whether a record of ours stands behind money that went back at Stripe: metadata there is anybody's to write."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from app.db.account_credit import AccountCredit
from app.db.engine import Tx
from app.db.settlement_attempt import SettlementAttempt
from app.db.tables import table_of
from app.policy.claim_states import SettlementStep
from app.policy.settlement_marks import credit_key


class Act(NamedTuple):
    """A refund of a charge, or a credit to a customer's balance. `keys` are those of the requests that may have made
    it: they tell it until Stripe's answer is on record."""

    id: str
    amount: int
    keys: frozenset[str]


_S, _C = table_of(SettlementAttempt), table_of(AccountCredit)


def is_our_refund(tx: Tx, act: Act, *, charge: str) -> bool:
    return _is_attempt(tx, act, and_(_S.c.step == SettlementStep.REFUND, _S.c.extra == charge))


def is_our_credit(tx: Tx, act: Act, *, customer: str) -> bool:
    """Given back for a refund that came to nothing, or ordered by an operator."""
    restored = and_(_S.c.step == SettlementStep.RESTORE_CREDIT, _S.c.customer == customer)
    return _is_attempt(tx, act, restored) or _is_ordered(tx, act, customer)


def _is_attempt(tx: Tx, act: Act, about: ColumnElement[bool]) -> bool:
    told = or_(_S.c.stripe_id == act.id, _S.c.stripe_id.is_(None) & _S.c.key.in_(act.keys))
    return tx.execute(select(_S.c.key).where(about, told, _S.c.amount == act.amount).limit(1)).first() is not None


def _is_ordered(tx: Tx, act: Act, customer: str) -> bool:
    about = and_(_C.c.customer == customer, _C.c.amount == act.amount)
    found = select(_C.c.claim, _C.c.number, _C.c.stripe_id).where(about)
    return any(
        row.stripe_id == act.id or (row.stripe_id is None and not act.keys.isdisjoint(_keys(row.claim, row.number)))
        for row in tx.execute(found)
    )


def _keys(claim: str, number: int) -> set[str]:
    """Of every attempt: an earlier one may have had its effect after all."""
    return {credit_key(claim, attempt) for attempt in range(1, number + 1)}
