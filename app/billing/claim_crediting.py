"""An operator credits a customer's account for a failure of ours (2.1): on record first, then made at Stripe."""

from app.billing import settling_credit
from app.billing.claim_as_seen import claim_as_seen, moved
from app.billing.claim_deciding import Answer, answer
from app.billing.claim_operating import check_due, check_waits
from app.billing.context import Context
from app.db import account_credit, live_refund, settlement
from app.db.account_credit import AccountCredit, CreditState
from app.db.charge_owner import OwnedCharge, charge_customer, charge_with_owner
from app.db.claim import ClaimRow
from app.db.dispute import dispute_statuses
from app.db.engine import Tx
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.duplicate_from_stripe import LEFT_TO_US
from app.policy.refund_outcome import Remedy


def credit(
    context: Context, claim_id: str, amount: int, *, operator: str, why: str, version: int | None = None
) -> Answer:
    """`amount` in the smallest unit of the charge's currency. With Stripe away a job makes the credit.

    Raises:
        ClaimRefused: a credit is not what is due, or it is more than the charge has left.
    """
    now = context.clock()
    with context.db.write() as tx:
        claim = claim_as_seen(tx, claim_id, version)
        check_waits(claim)
        check_due(tx, claim, Remedy.ACCOUNT_CREDIT)
        charge, customer = _charge(tx, claim)
        _check_amount(tx, charge, amount)
        row = AccountCredit(
            claim=claim.id,
            charge=charge.charge,
            customer=customer,
            amount=amount,
            currency=charge.currency or "",
            operator=operator,
            state=CreditState.OPEN,
            ordered_at=now,
            due_at=now,
        )
        account_credit.order(tx, row)
        detail = {"amount": amount, "currency": row.currency, "customer": customer, "why": why}
        moved(tx, claim, ClaimState.CREDITING, at=now, actor=operator, what="credit_ordered", detail=detail)
    settling_credit.book(context, claim_id)
    return answer(context, claim_id)


def _charge(tx: Tx, claim: ClaimRow) -> tuple[OwnedCharge, str]:
    charge = charge_with_owner(tx, claim.charge) if claim.charge else None
    customer = charge_customer(tx, charge.charge) if charge else None
    if charge is None or customer is None:
        raise ClaimRefused("The charge has no customer at Stripe whose balance could be credited.")
    return charge, customer


def _check_amount(tx: Tx, charge: OwnedCharge, amount: int) -> None:
    live_refund.lock_charges(tx, (charge.charge,))
    if live_refund.taken(tx, charge.charge) or settlement.is_under_way(tx, charge.charge):
        raise ClaimRefused("This payment is being refunded as a duplicate, or was: there is no credit for it as well.")
    if dispute_statuses(tx, charge.charge) - LEFT_TO_US:
        raise ClaimRefused(
            "The payer has this payment in dispute at the bank, which pays it back or may: no credit now."
        )
    left = charge.amount - charge.amount_refunded - account_credit.credited(tx, charge.charge)
    if not 0 < amount <= left:
        raise ClaimRefused(f"A credit is above zero and at most what is left of the charge: {left} {charge.currency}.")
