"""Carries a request out: asks what comes next, does it at Stripe with no transaction open, and asks again."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.alarms import alarm
from app.billing.cancellation_calls import make
from app.billing.cancellation_intent import LEASE
from app.billing.cancellation_outcome import CancelOutcome, recorded, settled
from app.billing.cancellation_view import View, mirrored, read_anew
from app.billing.context import Context
from app.billing.standing_refused import raise_refusal
from app.billing.stripe_rest import failed
from app.db import cancellation
from app.db.cancellation import HeldRequest, RequestState
from app.db.mirrored import Body
from app.db.standing_lock import stands_well
from app.errors import StripeRefused, StripeUnavailable
from app.logs import log
from app.policy.cancellation import next_step
from app.policy.cancellation_steps import BY_STANDING, Action, CancelResult, Step
from app.policy.our_marks import OUR_KEYS

MOST_STEPS = 12
FIRST_BACKOFF = timedelta(seconds=30)
LONGEST_BACKOFF = timedelta(minutes=15)


class StandingLost(Exception):
    """The customer was suspended or terminated since they asked: nothing is undone for them now (4.1)."""


class Superseded(Exception):
    """A later request of the customer counts, or another process has taken this one over."""


def carry_out(context: Context, held: HeldRequest, body: Body | None = None) -> CancelOutcome:
    """Bring Stripe to what the request asks for, starting from `body` or from what Stripe says now, and record it."""
    try:
        view = mirrored(context, held, body) if body is not None else read_anew(context, held)
        return _finish(context, *_follow(context, view))
    except StripeRefused as refusal:
        log.warning("cancellation_refused", request=held.id, subscription=held.subscription, error=str(refusal))
        return _refused(context, held, CancelResult.REFUSED, str(refusal))
    except StandingLost as lost:
        return _refused(context, held, CancelResult.NOT_IN_GOOD_STANDING, repr(lost))
    except StripeUnavailable as away:
        failed(context, away)
        return put_off(context, held, away)
    except Superseded as superseded:
        return put_off(context, held, superseded)


def put_off(context: Context, held: HeldRequest, error: Exception) -> CancelOutcome:
    """Leave the request for the job; it is tried less and less often, but never given up."""
    due_at = context.clock() + min(FIRST_BACKOFF * 2 ** min(held.attempts - 1, 16), LONGEST_BACKOFF)
    log.warning("cancellation_put_off", request=held.id, attempts=held.attempts, error=repr(error))
    with context.db.write() as tx:
        cancellation.put_off(tx, held, due_at=due_at, error=repr(error))
    return recorded(held)


def _follow(context: Context, view: View) -> tuple[CancelResult, View]:
    for number in range(MOST_STEPS):
        step = next_step(Action(view.held.action), view.facts)
        if isinstance(step, CancelResult):
            return step, view
        view = _take(context, view, step, number)
    raise StripeUnavailable("Stripe's answers lead nowhere", status=200)


def _take(context: Context, view: View, step: Step, number: int) -> View:
    view = _noted(context, view, step)
    # No two calls share a key: Stripe would repeat an old answer, or an old failure, for a day.
    key = f"{OUR_KEYS}{view.held.id}-{view.held.attempts}-{number}-{step}"
    began_at = context.clock()
    try:
        answer = make(context.stripe, step, view, key=key)
    except StripeRefused:
        if step in view.facts.refused:
            raise
        refused = view.facts.refused | {step}
        return read_anew(context, _unnoted(context, view.held, step), done=view.facts.done, refused=refused)
    return view.after(context, step, answer, began_at=began_at)


def _noted(context: Context, view: View, step: Step) -> View:
    """The intent of this step, committed: what is dropped or undone is known even if we never come back."""
    held, notes = view.held, {}
    if step is Step.RELEASE_SCHEDULE:
        notes, held = {"released_schedule": view.facts.schedule}, replace(held, released_schedule=view.facts.schedule)
    if step is Step.LOOK_AT_RENEWAL:
        notes = {"renewal_invoice": view.facts.subscription.latest_invoice}
    _keep(context, held, notes)
    return replace(view, held=held)


def _unnoted(context: Context, held: HeldRequest, step: Step) -> HeldRequest:
    if step is not Step.RELEASE_SCHEDULE:
        return held
    _keep(context, held, {"released_schedule": None})
    return replace(held, released_schedule=None)


def _keep(context: Context, held: HeldRequest, notes: dict[str, str | None]) -> None:
    with context.db.write() as tx:
        if held.action == Action.RESUME and held.uid is not None and not stands_well(tx, held.uid):
            raise StandingLost
        if not cancellation.keep(tx, held, until=context.clock() + LEASE, **notes):
            raise Superseded


def _finish(context: Context, result: CancelResult, view: View) -> CancelOutcome:
    outcome = settled(result, view.facts, view.held)
    state = RequestState.REFUSED if result is CancelResult.REFUSED else RequestState.DONE
    _record(context, view.held, state, result, outcome.ends_at, why=None)
    return outcome


def _refused(context: Context, held: HeldRequest, result: CancelResult, why: str) -> CancelOutcome:
    _record(context, held, RequestState.REFUSED, result, None, why=why)
    return CancelOutcome(result=result, requested_at=held.requested_at)


def _record(
    context: Context,
    held: HeldRequest,
    state: RequestState,
    result: CancelResult,
    ends_at: datetime | None,
    *,
    why: str | None,
) -> None:
    now, epoch = context.clock(), None if ends_at is None else int(ends_at.timestamp())
    with context.db.write() as tx:
        recorded = cancellation.finish(tx, held, state=state, outcome=result, ends_at=epoch, now=now)
        not_followed = recorded and state is RequestState.REFUSED and held.action in BY_STANDING
        if not_followed:
            raise_refusal(tx, held, why=why, now=now)
    if not_followed:
        alarm("standing.refused_by_stripe", request=held.id, subscription=held.subscription, action=held.action)
    log.info("cancellation_finished", request=held.id, subscription=held.subscription, outcome=result)
