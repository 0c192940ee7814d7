"""What Stripe shows of a settlement's steps, whoever took them and whatever we remember of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.billing.context import Context
from app.billing.payment_reading import Body
from app.billing.settling_lease import kept_lease
from app.billing.settling_origin import made_with
from app.db import settlement_attempt
from app.db.settlement import HeldSettlement
from app.db.settlement_attempt import Attempt
from app.errors import StripeUnavailable
from app.policy.claim_states import SettlementStep, StepState
from app.policy.settlement_marks import ATTEMPT, EXTRA, STEP
from app.policy.stripe_body import number, part
from app.stripe_gateway import payments
from app.stripe_gateway.fetching import fetch

MAY_BE_UNDER_WAY = timedelta(minutes=10)
"""For so long after a call that was not answered its effect may still come: nothing that contradicts it is done."""

_DEAD = {"failed": StepState.FAILED, "canceled": StepState.CANCELED}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """`live` and `dead` are refunds of ours: one that is paid or may be, and one of this round that came to nothing."""

    attempts: list[Attempt]
    live: Body | None
    dead: Body | None
    reversed_credit: int
    ended_twin: str | None

    def is_under_way(self, now: datetime) -> bool:
        return any(is_under_way(attempt, now) for attempt in self.attempts)


def is_under_way(attempt: Attempt, now: datetime) -> bool:
    """Whether a call was made, or was about to be, of which nobody knows what became."""
    unknown = attempt.state == StepState.INTENDED and not attempt.answered
    return unknown and now < attempt.called_at + MAY_BE_UNDER_WAY


def refund_state(refund: Body) -> StepState:
    """A status that we do not know may become a payment, so it counts as one that waits."""
    status = str(refund.get("status"))
    return _DEAD.get(status) or (StepState.SUCCEEDED if status == "succeeded" else StepState.PENDING)


def look(context: Context, held: HeldSettlement) -> View:
    """Ask Stripe, and put on record what it shows of the attempts."""
    with context.db.read() as tx:
        attempts = settlement_attempt.attempts_at(tx, held.extra)
    refunds = _refunds(context, held, attempts)
    changes = _changes_of_credit(context, held, attempts)
    twin = _ended_twin(context, attempts)
    found = {attempt.key: seen for attempt in attempts if (seen := _seen(attempt, refunds, changes, twin))}
    live = next((refund for refund in refunds if refund_state(refund) not in _DEAD.values()), None)
    return View(
        attempts=_on_record(context, held, attempts, found),
        live=live,
        dead=None if live else _dead_of_this_round(held, attempts, refunds),
        reversed_credit=sum(number(each.get("amount")) for each in changes),
        ended_twin=twin,
    )


def _refunds(context: Context, held: HeldSettlement, attempts: list[Attempt]) -> list[Body]:
    """What the charge's list shows as ours, and any that Stripe has told us of and that the list does not show."""
    mine = [each for each in attempts if each.step == SettlementStep.REFUND]
    told = {each.stripe_id for each in mine if each.stripe_id} | ({held.refund} if held.refund else set())
    unheard = [each for each in mine if each.stripe_id is None]
    listed: list[Body] = [
        refund
        for refund in payments.refunds_of(context.stripe, held.extra)
        if refund["id"] in told or _is_one_of(context, refund, unheard)
    ]
    unlisted = sorted(told - {str(refund["id"]) for refund in listed})
    return listed + [fetch(context.stripe, "refund", refund).body for refund in unlisted]


def _is_one_of(context: Context, refund: Body, unheard: list[Attempt]) -> bool:
    """Whether it was made by a call whose answer we never heard."""
    return any(_is_made_by(refund, each) and made_with(context, refund, each.key) for each in unheard)


def _changes_of_credit(context: Context, held: HeldSettlement, attempts: list[Attempt]) -> list[Body]:
    customers = {attempt.customer for attempt in attempts if attempt.customer}
    listed = [payments.balance_transactions_of(context.stripe, customer) for customer in sorted(customers)]
    changes: list[Body] = [body for page in listed for body in page if part(body, "metadata").get(EXTRA) == held.extra]
    told = {each.stripe_id for each in attempts if each.customer and each.stripe_id}
    if told - {body["id"] for body in changes}:
        raise StripeUnavailable("Stripe does not show yet what it has changed", status=200)
    return changes


def _ended_twin(context: Context, attempts: list[Attempt]) -> str | None:
    twins = {each.stripe_id for each in attempts if each.step == SettlementStep.END_TWIN}
    for twin in sorted(name for name in twins if name):
        if payments.subscription(context.stripe, twin).get("ended_at") is not None:
            return twin
    return None


def _seen(attempt: Attempt, refunds: list[Body], changes: list[Body], twin: str | None) -> tuple[StepState, str] | None:
    """How the attempt stands at Stripe, and the object that it made."""
    if attempt.step == SettlementStep.END_TWIN:
        return (StepState.SUCCEEDED, twin) if twin is not None and twin == attempt.stripe_id else None
    made = next((body for body in (*refunds, *changes) if _is_made_by(body, attempt)), None)
    if made is None:
        return None
    return (refund_state(made) if attempt.step == SettlementStep.REFUND else StepState.SUCCEEDED), str(made["id"])


def _is_made_by(body: Body, attempt: Attempt) -> bool:
    marks = part(body, "metadata")
    same_attempt = (marks.get(STEP), marks.get(ATTEMPT)) == (attempt.step, str(attempt.number))
    return same_attempt or (attempt.stripe_id is not None and body["id"] == attempt.stripe_id)


def _dead_of_this_round(held: HeldSettlement, attempts: list[Attempt], refunds: list[Body]) -> Body | None:
    mine = [each for each in attempts if (each.claim, each.round) == (held.claim, held.round)]
    return next((refund for refund in refunds if any(_is_made_by(refund, each) for each in mine)), None)


def _on_record(
    context: Context, held: HeldSettlement, attempts: list[Attempt], found: dict[str, tuple[StepState, str]]
) -> list[Attempt]:
    news = {each.key: found[each.key] for each in attempts if each.key in found and each.state != found[each.key][0]}
    if not news:
        return attempts
    with context.db.write() as tx:
        kept_lease(tx, held, now=context.clock())
        for key, (state, made) in sorted(news.items()):
            settlement_attempt.change(tx, key, state=str(state), stripe_id=made, finished_at=context.clock())
        return settlement_attempt.attempts_at(tx, held.extra)
