"""Looks for duplicate payments before anybody asks: what looks alike is held against each other, once per change."""

from dataclasses import dataclass
from datetime import timedelta

from app.billing.claim_deciding import pause
from app.billing.context import Context
from app.billing.detector_finding import ASK_AGAIN, Finding, Found, find
from app.billing.pace import Pace
from app.billing.stripe_rest import answered, failed, while_it_answers
from app.db import charge_pair
from app.db.charge_owner import charge_with_owner
from app.db.charge_pair import Remembered
from app.db.charges_alike import Alike, charges_alike, shown_as
from app.errors import StripeUnavailable
from app.logs import log
from app.policy.claim_window import WINDOW

PACE = Pace(3)  # pairs; each asks most of Stripe's endpoints two to four times, of which 25 in a second are allowed
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class DetectorReport:
    """How many pairs were looked at, claims filed, and pairs put off because Stripe could not be asked."""

    looked: int = 0
    filed: int = 0
    put_off: int = 0


def run(context: Context, *, limit: int = 50, pace: Pace = PACE) -> DetectorReport:
    """Look at what is new or has changed, at most `limit` pairs; any number of processes may do so at once."""
    looked = filed = put_off = 0
    for pair, seen_as in while_it_answers(context, _due(context)[:limit]):
        looks = _take(context, pair, seen_as)
        if looks is None:
            continue
        pace.keep("pairs")
        finding = _find(context, pair, looks)
        if finding is None:
            put_off += 1
            continue
        _record(context, pair, seen_as, finding)
        looked, filed = looked + 1, filed + (finding.claim is not None)
    return DetectorReport(looked=looked, filed=filed, put_off=put_off)


def _find(context: Context, pair: Alike, looks: int) -> Finding | None:
    """None if Stripe could not be asked."""
    try:
        finding = find(context, pair, later=pause(looks))
    except StripeUnavailable as away:
        log.warning("detector_put_off", later=pair.later, earlier=pair.earlier, error=repr(away))
        failed(context, away)
        _put_off(context, pair, looks)
        return None
    except Exception as error:  # noqa: BLE001 - one pair that cannot be judged never stops the others
        log.error("detector_failed", later=pair.later, earlier=pair.earlier, exc_info=error)
        return Finding(found=Found.UNREADABLE, why=type(error).__name__, again=ASK_AGAIN)
    answered(context)
    return finding


def _due(context: Context) -> list[tuple[Alike, str]]:
    """Each with how the mirror shows it; who has the least time left to claim comes first."""
    now = context.clock()
    since = int((now - WINDOW).timestamp())
    with context.db.read() as tx:
        pairs = charges_alike(tx, since=since)
        shown = shown_as(tx, {charge for pair in pairs for charge in (pair.later, pair.earlier)}) if pairs else {}
        known = {(row.later, row.earlier): row for row in charge_pair.remembered(tx, since)} if pairs else {}
    seen = ((pair, f"{shown[pair.later]} {shown[pair.earlier]}") for pair in pairs)
    return [
        (pair, seen_as) for pair, seen_as in seen if _is_due(known.get((pair.later, pair.earlier)), seen_as, context)
    ]


def _is_due(last: Remembered | None, seen_as: str, context: Context) -> bool:
    if last is None:
        return True
    return last.look_at <= context.clock() if last.look_at else last.seen_as != seen_as


def _take(context: Context, pair: Alike, seen_as: str) -> int | None:
    now = context.clock()
    with context.db.write() as tx:
        return charge_pair.take(tx, pair._asdict(), seen_as=seen_as, now=now, until=now + LEASE)


def _put_off(context: Context, pair: Alike, looks: int) -> None:
    """Later each time, so that a pair about which Stripe never answers is not the first for ever."""
    with context.db.write() as tx:
        until = context.clock() + pause(looks)
        charge_pair.put_off(tx, later=pair.later, earlier=pair.earlier, until=until)


def _record(context: Context, pair: Alike, seen_as: str, finding: Finding) -> None:
    now = context.clock()
    with context.db.write() as tx:
        owned = charge_with_owner(tx, pair.later)
        charge_pair.looked(
            tx,
            later=pair.later,
            earlier=pair.earlier,
            found=str(finding.found),
            why=finding.why,
            claim=finding.claim,
            uid=owned.uid if owned else None,
            seen_as=seen_as,
            looked_at=now,
            look_at=now + finding.again if finding.again else None,
        )
