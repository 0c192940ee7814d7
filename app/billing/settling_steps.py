"""One step of a settlement: its intent is committed, then Stripe is called, then what it answered is recorded."""

from typing import Any

from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.billing.settling_intent import Intent, intend
from app.billing.settling_lease import kept_lease
from app.billing.settling_view import View, refund_state
from app.db import settlement_attempt
from app.db.account_credit import Credit
from app.db.settlement import HeldSettlement
from app.errors import StripeRefused, StripeUnavailable
from app.policy.claim_states import SettlementStep, StepState
from app.policy.settlement_course import Take
from app.policy.settlement_marks import credit_key, credit_metadata, step_metadata
from app.policy.verified_duplicate import VerifiedDuplicate
from app.stripe_gateway import customer_balance, refunds, subscriptions
from app.stripe_gateway.fetched import Fetched

_SERVER_ERROR = 500
_MIRRORED = frozenset({"refund", "subscription"})


def take(context: Context, held: HeldSettlement, view: View, step: Take) -> None:
    """Whether or not Stripe can be heard, the attempt is on record before it is called.

    Raises:
        Covered, NothingKept, NoLongerApproved, StandingLost, UnderWay, Superseded: nothing was asked of Stripe.
        StripeRefused: nothing was done.
        StripeUnavailable: what was done is not known.
    """
    intent = intend(context, held, view, step)
    began_at = context.clock()
    try:
        answer = _call(context, held, step, intent)
    except StripeRefused as refusal:
        _record(context, held, intent, state=str(StepState.REFUSED), error=f"{refusal.code}: {refusal}"[:500])
        raise
    except StripeUnavailable as away:
        _record(context, held, intent, answered=is_kept_answer(away), error=str(away)[:500])
        raise
    state = refund_state(answer.body) if step.step == SettlementStep.REFUND else StepState.SUCCEEDED
    _record(context, held, intent, answered=True, state=str(state), stripe_id=answer.id)
    if answer.kind in _MIRRORED:
        take_fetched(context, [answer], began_at=began_at)


def is_kept_answer(error: Exception) -> bool:
    """Whether Stripe would only repeat it for the same key."""
    return isinstance(error, StripeUnavailable) and error.status is not None and error.status >= _SERVER_ERROR


def call_credit(context: Context, credit: Credit) -> Fetched:
    """Only what an operator has ordered, under the key of the attempt that is on record."""
    return customer_balance.credit_account(
        context.stripe,
        credit.customer,
        amount=credit.amount,
        currency=credit.currency,
        metadata=credit_metadata(credit.claim, credit.number),
        key=credit_key(credit.claim, credit.number),
    )


def _call(context: Context, held: HeldSettlement, step: Take, intent: Intent) -> Fetched:
    gateway = context.stripe
    match step.step:
        case SettlementStep.REFUND:
            return refunds.refund_duplicate(gateway, _proof(step), attempt=intent.number)
        case SettlementStep.REVERSE_CREDIT:
            return customer_balance.reverse_overpayment_credit(gateway, _proof(step), attempt=intent.number)
        case SettlementStep.END_TWIN:
            return subscriptions.cancel_now(gateway, str(_proof(step).subscription_to_end), key=intent.key)
        case SettlementStep.RESTORE_CREDIT:
            return customer_balance.restore_overpayment_credit(
                gateway,
                str(intent.customer),
                amount=step.amount,
                currency=held.currency,
                metadata=_marks(held, step, intent),
                key=intent.key,
            )


def _proof(step: Take) -> VerifiedDuplicate:
    assert step.proof is not None  # noqa: S101 - the course gives one with every step but the giving back
    return step.proof


def _marks(held: HeldSettlement, step: Take, intent: Intent) -> dict[str, str]:
    return step_metadata(
        step=step.step,
        extra=held.extra,
        attempt=intent.number,
        duplicate_of=held.kept,
        rule=held.rule,
        invoice=held.invoice,
    )


def _record(context: Context, held: HeldSettlement, intent: Intent, **values: Any) -> None:
    now = context.clock()
    if values.get("state"):
        values["finished_at"] = now
    with context.db.write() as tx:
        kept_lease(tx, held, now=now)
        settlement_attempt.change(tx, intent.key, **values)
