"""What became of a settlement: a refund that waits, is paid or came to nothing, or a reason to make none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.alarms import alarm
from app.billing.context import Context
from app.billing.mirror import take_fetched
from app.billing.settling_claims import bring
from app.billing.settling_lease import Superseded, kept_lease
from app.billing.settling_view import refund_state
from app.db import live_refund, settlement
from app.db.engine import Tx
from app.db.settlement import HeldSettlement, SettlementState
from app.logs import log
from app.policy.claim_states import ClaimState, StepState
from app.policy.settlement_course import Stop, Stopped
from app.stripe_gateway import payments
from app.stripe_gateway.fetching import fetch

COVERED = "covered"
WHILE_PENDING = timedelta(hours=1)
WHILE_IT_MAY_FAIL = timedelta(days=1)
MAY_FAIL_FOR = timedelta(days=45)

_ENDED_DISPUTES = frozenset({"won", "warning_closed", "prevented"})


def stopping(context: Context, held: HeldSettlement, why: Stop) -> HeldSettlement:
    """From now on it only undoes what was done for the refund."""
    with context.db.write() as tx:
        return kept_lease(tx, held, now=context.clock(), why=str(why.why), ends_as=str(why.ends_as))


def stop(context: Context, held: HeldSettlement, why: Stop) -> SettlementState:
    """No refund lives and nothing is left changed: the charge is let go, a person has to look."""
    now, path = context.clock(), _path(why)
    detail = {"why": str(why.why), "charge": held.extra, "round": held.round}
    with context.db.write() as tx:
        live_refund.lock_charges(tx, (held.kept, held.extra))
        taken = live_refund.taken(tx, held.extra)
        owner = taken.claim if taken else held.claim
        if owner == held.claim:
            _give_back(tx, held, SettlementState.STOPPED, due_at=None, why=str(why.why), ends_as=str(why.ends_as))
            bring(tx, held.claim, path, at=now, what="settlement_stopped", detail=detail)
            if live_refund.let_go(tx, charge=held.extra, claim=held.claim):
                _uncover(tx, held, now)
    if owner != held.claim:
        return covered(context, held, owner)
    if why.ends_as != ClaimState.REFERRED:
        alarm("settlement_stopped", claim=held.claim, **detail)
    log.warning("settlement_ended", claim=held.claim, **detail)
    return SettlementState.STOPPED


def covered(context: Context, held: HeldSettlement, by: str) -> SettlementState:
    now, detail = context.clock(), {"by": by, "charge": held.extra}
    with context.db.write() as tx:
        _give_back(tx, held, SettlementState.STOPPED, due_at=None, why=COVERED, ends_as=str(ClaimState.COVERED))
        bring(tx, held.claim, [ClaimState.COVERED], at=now, what="already_refunded_by_another_claim", detail=detail)
    return SettlementState.STOPPED


def follow(context: Context, held: HeldSettlement, refund: Mapping[str, Any]) -> SettlementState:
    """Stripe has the refund. It is looked at again until it can no longer fail."""
    began_at = context.clock()
    now_at_stripe = fetch(context.stripe, "refund", str(refund["id"]))
    take_fetched(context, [now_at_stripe], began_at=began_at)
    status = str(now_at_stripe.body.get("status"))
    paid = refund_state(now_at_stripe.body) is StepState.SUCCEEDED
    objections = _objections(context, held)
    news = sorted(set(objections) - set(held.frozen_by.split()))
    now = context.clock()
    with context.db.write() as tx:
        live_refund.lock_charges(tx, (held.kept, held.extra))
        owner = live_refund.take(tx, charge=held.extra, kept=held.kept, claim=held.claim, now=now)
        if owner == held.claim:
            _record(tx, held, now_at_stripe.id, status, paid=paid, objections=objections, news=news, now=now)
    if owner != held.claim:
        return covered(context, held, owner)
    if news:
        alarm("claim_frozen", claim=held.claim, charge=held.extra, kept=held.kept, because_of=" ".join(news))
    return SettlementState.PAID if paid else SettlementState.WAITING


def _record(
    tx: Tx,
    held: HeldSettlement,
    refund: str,
    status: str,
    *,
    paid: bool,
    objections: list[str],
    news: list[str],
    now: datetime,
) -> None:
    paid_at = (held.paid_at or now) if paid else None
    _give_back(
        tx,
        held,
        SettlementState.PAID if paid else SettlementState.WAITING,
        due_at=_next_look(paid_at, now),
        refund=refund,
        refund_status=status,
        paid_at=paid_at,
        frozen_by=" ".join(objections),
        tries=0,
        last_error=None,
    )
    detail = {"refund": refund, "status": status, "charge": held.extra}
    if paid and held.state != SettlementState.PAID:
        path = [ClaimState.SETTLING, ClaimState.REFUNDED]
        bring(tx, held.claim, path, at=now, what="refunded", detail=detail)
    if news:
        detail |= {"because_of": " ".join(news)}
        bring(tx, held.claim, [ClaimState.FROZEN], at=now, what="disputed_or_warned_of", detail=detail)


def _next_look(paid_at: datetime | None, now: datetime) -> datetime | None:
    if paid_at is None:
        return now + WHILE_PENDING
    return now + WHILE_IT_MAY_FAIL if now < paid_at + MAY_FAIL_FOR else None


def _objections(context: Context, held: HeldSettlement) -> list[str]:
    """The disputes and fraud warnings that stand against either charge."""
    gateway = context.stripe
    found = []
    for charge in (held.kept, held.extra):
        found += [each for each in payments.disputes_of(gateway, charge) if each.get("status") not in _ENDED_DISPUTES]
        found += payments.fraud_warnings_of(gateway, charge)
    return sorted({str(each["id"]) for each in found} | set(held.frozen_by.split()))


def _path(stopped: Stop) -> list[ClaimState]:
    if stopped.why == Stopped.NO_LONGER_APPROVED:
        return []  # it is already where somebody has put it
    reopened = stopped.ends_as is ClaimState.REOPENED
    return [ClaimState.REOPENED, ClaimState.REFERRED] if reopened else [stopped.ends_as]


def _uncover(tx: Tx, held: HeldSettlement, now: datetime) -> None:
    """Claims that were answered by this refund are open again."""
    for other in settlement.stopped_because_of(tx, held.extra, COVERED):
        detail = {"by": held.claim, "charge": held.extra}
        bring(tx, other, [ClaimState.REOPENED, ClaimState.REFERRED], at=now, what="no_longer_covered", detail=detail)


def _give_back(tx: Tx, held: HeldSettlement, state: SettlementState, *, due_at: datetime | None, **values: Any) -> None:
    if not settlement.release(tx, held, due_at=due_at, state=str(state), **values):
        raise Superseded
