"""A decision about a user's standing (4.1): recorded, access follows in the same transaction, Stripe after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from app.billing.access_projection import project
from app.billing.context import Context
from app.billing.standing_enforcement import enforce, place_requests
from app.billing.standing_forfeits import rows_after
from app.db import standing, standing_decision, subscription_standing
from app.db.cancellation import OpenRequest
from app.db.engine import Tx
from app.db.locks import lock
from app.db.standing import StoredStanding
from app.db.standing_decision import Decided, StandingDecision
from app.db.standing_lock import hold_standings
from app.db.standing_reads import subjects_of
from app.errors import NothingToAnnul
from app.logs import log
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a person decides about a user. With `annul` the loss of standing was a mistake, and nothing is forfeited."""

    uid: str
    standing: Standing
    reason: str
    actor: str
    annul: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingOutcome:
    """The newest decision, None if there never was one; `at_stripe` is what became of each subscription just now,
    "recorded" where a job will repeat it."""

    standing: Standing
    decision: Decided | None
    at_stripe: dict[str, str]


def decide_standing(context: Context, ruling: Ruling) -> StandingOutcome:
    """Make a decision; the same one again changes nothing.

    Raises:
        NothingToAnnul: there is no decision that took the standing away, or it is annulled already.
    """
    with context.db.write() as tx:
        hold_standings(tx)
        past = standing_decision.decisions_about(tx, ruling.uid)
        if _is_decided(ruling, past):
            return StandingOutcome(standing=ruling.standing, decision=past[-1] if past else None, at_stripe={})
        decision = _append(tx, ruling, past, now=context.clock())
        requests = _follow(tx, context, ruling, decision)
    log.info("standing.decided", uid=ruling.uid, standing=ruling.standing, decision=decision.id, actor=ruling.actor)
    made = Decided(decision.id, ruling.standing, ruling.reason, ruling.actor, decision.annuls, decision.decided_at)
    return StandingOutcome(standing=ruling.standing, decision=made, at_stripe=enforce(context, requests))


def _is_decided(ruling: Ruling, past: Sequence[Decided]) -> bool:
    if not past:
        return ruling.standing is Standing.GOOD and not ruling.annul
    last = past[-1]
    wanted = (ruling.standing, ruling.reason, ruling.actor, ruling.annul)
    return wanted == (last.standing, last.reason, last.actor, last.annuls is not None)


def _append(tx: Tx, ruling: Ruling, past: Sequence[Decided], *, now: datetime) -> StandingDecision:
    decision = StandingDecision(
        id=f"standing_{uuid4().hex}",
        uid=ruling.uid,
        standing=ruling.standing,
        reason=ruling.reason,
        actor=ruling.actor,
        annuls=_mistake(past) if ruling.annul else None,
        decided_at=now,
    )
    standing_decision.append(tx, decision)
    return decision


def _mistake(past: Sequence[Decided]) -> str:
    """The newest decision that took the standing away, unless it is annulled."""
    annulled = {decision.annuls for decision in past}
    lost = next((decision for decision in reversed(past) if decision.standing != Standing.GOOD), None)
    if lost is None or lost.id in annulled:
        raise NothingToAnnul
    return lost.id


def _follow(tx: Tx, context: Context, ruling: Ruling, decision: StandingDecision) -> list[OpenRequest]:
    """The standing, access and the requests to Stripe, as the decision wants them."""
    now, before = decision.decided_at, standing.stored_standing(tx, ruling.uid)
    since = _since(before, ruling, now)
    standing.write_standing(tx, _row(ruling, decision, since))
    names = [subject.subscription for subject in subjects_of(tx, ruling.uid)]
    lock(tx, [f"access:{name}" for name in names])
    subjects = subjects_of(tx, ruling.uid)  # once more: a job may have moved them on before they were locked
    was = Standing(before.standing) if before else Standing.GOOD
    rows = rows_after(ruling, was, subjects, since=since, now=now, grace=context.settings.renewal_grace)
    subscription_standing.write_subscription_standings(tx, rows)
    causes = dict.fromkeys(names, decision.id)
    project(tx, names, now=now, grace=context.settings.renewal_grace, causes=causes)
    return place_requests(tx, decision, subjects, now=now)


def _since(before: StoredStanding | None, ruling: Ruling, now: datetime) -> datetime:
    if before is None or ruling.annul:
        return now
    goes_on = (before.standing == Standing.GOOD) == (ruling.standing is Standing.GOOD)
    return before.decided_at if goes_on else now


def _row(ruling: Ruling, decision: StandingDecision, since: datetime) -> dict[str, object]:
    return {
        "uid": ruling.uid,
        "standing": ruling.standing,
        "decided_at": since,
        "reason": ruling.reason,
        "actor": ruling.actor,
        "decision": decision.id,
    }
