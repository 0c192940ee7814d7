"""Makes the account credits that operators have ordered: looked up at Stripe before each attempt, and made once."""

from typing import Any

from app.alarms import alarm
from app.billing.context import Context
from app.billing.payment_reading import Body
from app.billing.settling_claims import bring
from app.billing.settling_lease import FIRST_BACKOFF, LEASE, LONGEST_BACKOFF, STUCK
from app.billing.settling_steps import call_credit, is_kept_answer
from app.billing.stripe_rest import answered, failed, while_it_answers
from app.db import account_credit
from app.db.account_credit import Credit, CreditState
from app.db.claim import claim_by_id
from app.db.dispute import dispute_statuses
from app.db.engine import Tx
from app.db.standing_lock import stands_well
from app.errors import StripeRefused, StripeUnavailable
from app.logs import log
from app.policy.claim_states import ClaimState
from app.policy.duplicate_from_stripe import LEFT_TO_US
from app.policy.settlement_marks import ACCOUNT_CREDIT, CLAIM, KEY_IS_KNOWN, STEP
from app.policy.stripe_body import part
from app.stripe_gateway import payments


def book_due(context: Context, *, limit: int = 50) -> int:
    """Make what is due; any number of processes may do so at once. Returns how many were booked."""
    with context.db.read() as tx:
        due = account_credit.due(tx, now=context.clock(), limit=limit)
    booked = 0
    for claim in while_it_answers(context, due):
        if book(context, claim):
            answered(context)
            booked += 1
    return booked


def book(context: Context, claim: str) -> bool:
    """Whether it is booked now."""
    now = context.clock()
    with context.db.write() as tx:
        held = account_credit.hold(tx, claim, until=now + LEASE, now=now)
    if held is None:
        return False
    try:
        return _book(context, held)
    except StripeRefused as refusal:
        return _refused(context, held, f"{refusal.code}: {refusal}")
    except Exception as error:  # noqa: BLE001 - one bad credit must not stop the rest
        if isinstance(error, StripeUnavailable):
            failed(context, error)
        _put_off(context, held, error)
    return False


def _book(context: Context, held: Credit) -> bool:
    made = _made(context, held)
    if made is None:
        ready = _intend(context, held)
        if ready is None:
            return False
        made = call_credit(context, ready).body
    elif not _is_as_ordered(held, made):
        return _refused(context, held, f"{made['id']} bears our marks and is not ours")
    return _booked(context, held, made)


def _made(context: Context, held: Credit) -> Body | None:
    """What Stripe shows of it, whichever attempt it was."""
    for each in payments.balance_transactions_of(context.stripe, held.customer):
        marks = part(each, "metadata")
        if (marks.get(STEP), marks.get(CLAIM)) == (ACCOUNT_CREDIT, held.claim):
            return each
    return None


def _is_as_ordered(held: Credit, made: Body) -> bool:
    """The marks are anybody's to write; what we have not called for yet is not ours, nor is another amount."""
    ordered = (-held.amount, held.currency)
    return held.called_at is not None and (made.get("amount"), made.get("currency")) == ordered


def _intend(context: Context, held: Credit) -> Credit | None:
    """The attempt that is about to be made, committed; None if nothing is due any more."""
    now = context.clock()
    is_old = held.called_at is not None and now >= held.called_at + KEY_IS_KNOWN
    number_now = held.number + 1 if held.answered or is_old else held.number
    first_call = held.called_at if number_now == held.number else None
    with context.db.write() as tx:
        why_not = _why_not(tx, held)
        if why_not is None:
            intent = {"number": number_now, "answered": False, "called_at": first_call or now}
            return account_credit.write(tx, held, **intent)
    _refused(context, held, why_not)
    return None


def _why_not(tx: Tx, held: Credit) -> str | None:
    """What has happened since it was ordered: the user's standing was lost (4.1), or the bank pays the charge back."""
    claim = claim_by_id(tx, held.claim)
    if claim is None or not stands_well(tx, claim.uid):
        return "standing_lost"
    return "in_dispute" if dispute_statuses(tx, held.charge) - LEFT_TO_US else None


def _booked(context: Context, held: Credit, made: Body) -> bool:
    now = context.clock()
    detail = {"amount": held.amount, "currency": held.currency, "balance_transaction": made["id"], "by": held.operator}
    ends: dict[str, Any] = {"state": str(CreditState.BOOKED), "due_at": None, "last_error": None}
    with context.db.write() as tx:
        if account_credit.write(tx, held, stripe_id=made["id"], **ends) is None:
            return False
        bring(tx, held.claim, [ClaimState.REMEDIED], at=now, what="credited", detail=detail)
    return True


def _refused(context: Context, held: Credit, why: str) -> bool:
    now, detail = context.clock(), {"why": why, "amount": held.amount, "currency": held.currency}
    log.warning("credit_refused", claim=held.claim, **detail)
    with context.db.write() as tx:
        if account_credit.write(tx, held, state=str(CreditState.REFUSED), due_at=None, last_error=why[:500]):
            bring(tx, held.claim, [ClaimState.REFERRED], at=now, what="credit_refused", detail=detail)
    return False


def _put_off(context: Context, held: Credit, error: Exception) -> None:
    due_at = context.clock() + min(FIRST_BACKOFF * 2 ** min(held.tries - 1, 16), LONGEST_BACKOFF)
    log.warning("credit_put_off", claim=held.claim, tries=held.tries, error=repr(error))
    if held.tries == STUCK:
        alarm("credit_stuck", claim=held.claim, error=repr(error))
    with context.db.write() as tx:
        later: dict[str, Any] = {"due_at": due_at, "leased_until": None, "last_error": repr(error)[:500]}
        account_credit.write(tx, held, **later | ({"answered": True} if is_kept_answer(error) else {}))
