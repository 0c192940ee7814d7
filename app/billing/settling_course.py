"""Carries a settlement on: looks at Stripe, verifies anew, takes the next step, and looks again."""

from app.billing.context import Context
from app.billing.pair_verdict import Settled, verify_pair
from app.billing.settling_end import covered, follow, stop, stopping
from app.billing.settling_intent import Covered, NoLongerApproved, NothingKept, StandingLost, UnderWay
from app.billing.settling_lease import Superseded, put_off
from app.billing.settling_steps import take
from app.billing.settling_view import View, look
from app.billing.stripe_rest import failed
from app.db import live_refund
from app.db.settlement import HeldSettlement, SettlementState
from app.errors import StripeRefused, StripeUnavailable
from app.logs import log
from app.policy.claim_states import ClaimState
from app.policy.settlement_course import Course, Decided, LookAgain, Stop, Stopped, Take, is_over, next_step, undo

MOST_STEPS = 10
MOST_REFUSALS = 2


def carry_out(context: Context, held: HeldSettlement) -> SettlementState:
    """As far as it goes now. What cannot be known now is left for the job."""
    try:
        return _follow(context, held)
    except (StripeUnavailable, UnderWay) as later:
        if isinstance(later, StripeUnavailable):
            failed(context, later)
        put_off(context, held, f"{type(later).__name__}: {later}")
    except StripeRefused as refusal:  # of something that is only read
        log.error("settlement_cannot_look", claim=held.claim, error=str(refusal))
        put_off(context, held, f"{refusal.code}: {refusal}")
    except Superseded:
        log.warning("settlement_superseded", claim=held.claim)
    return SettlementState(held.state)


def _follow(context: Context, held: HeldSettlement) -> SettlementState:
    refusals = 0
    for _ in range(MOST_STEPS):
        if (other := _other_refunding(context, held)) is not None:
            return covered(context, held, other)
        view = look(context, held)
        if view.live is not None:
            return follow(context, held, view.live)
        try:
            ended = _act(context, held, view, _course(context, held, view))
        except StripeRefused as refusal:
            refusals += 1
            ended = None if refusals < MOST_REFUSALS else _stopping(context, held, f"refused: {refusal.code}")
        except NoLongerApproved:
            ended = _stopping(context, held, Stopped.NO_LONGER_APPROVED)
        except StandingLost:
            ended = _stopping(context, held, Stopped.STANDING_LOST)
        except NothingKept:
            ended = _stopping(context, held, Stopped.NOTHING_KEPT)
        if isinstance(ended, SettlementState):
            return ended
        held = ended or held
    raise StripeUnavailable("Stripe's answers lead nowhere", status=200)


def _other_refunding(context: Context, held: HeldSettlement) -> str | None:
    """What the other does must not be taken for ours: its reversed credit is not ours to give back."""
    with context.db.read() as tx:
        taken = live_refund.taken(tx, held.extra)
    return taken.claim if taken and taken.claim != held.claim else None


def _act(context: Context, held: HeldSettlement, view: View, course: Course) -> SettlementState | HeldSettlement | None:
    """How it ended, or that it is to end; None to go on."""
    match course:
        case Take():
            try:
                take(context, held, view, course)
            except Covered as by:
                return covered(context, held, by.claim)
            return None
        case LookAgain(why=why):
            put_off(context, held, why)
            return SettlementState.OPEN
        case Stop():
            if held.why is None and view.reversed_credit > 0:
                return stopping(context, held, course)
            return _stop(context, held, view, course)


def _stopping(context: Context, held: HeldSettlement, why: str) -> HeldSettlement:
    return held if held.why is not None else stopping(context, held, Stop(why=why))


def _course(context: Context, held: HeldSettlement, view: View) -> Course:
    if view.dead is not None and held.why is None:
        return Stop(why=f"refund_{view.dead['status']}", ends_as=ClaimState.REOPENED)
    if held.why is not None:
        return undo(view.reversed_credit, why=held.why, ends_as=ClaimState(held.ends_as or ClaimState.REFERRED))
    cleared = frozenset(held.cleared.split())
    done = Settled(reversed_credit=view.reversed_credit, ended_subscription=view.ended_twin, cleared=cleared)
    verdict = verify_pair(context, held.kept, held.extra, done)
    decided = Decided(rule=held.rule, kept=held.kept, extra=held.extra, amount=held.amount)
    course = next_step(decided, verdict, reversed_credit=view.reversed_credit, twin_ended=view.ended_twin is not None)
    if isinstance(course, LookAgain) and is_over(held.started_at, context.clock()):
        return Stop(why=Stopped.NEVER_SETTLED)
    return course


def _stop(context: Context, held: HeldSettlement, view: View, course: Stop) -> SettlementState:
    if view.is_under_way(context.clock()):
        raise UnderWay("a call was not answered")
    return stop(context, held, course)
