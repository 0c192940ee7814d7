"""Asks Stripe before a subscription that may have renewed is locked out, and keeps access if it cannot be asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.alarms import alarm
from app.billing.access_moves import Notice, facts_of, moved, seconds
from app.billing.context import Context
from app.db import access_due, fetch_request
from app.db.access_due import DueAccess, Move
from app.db.fetch_request import FetchWish
from app.logs import log
from app.policy.access import look_again_at, timelines
from app.policy.access_facts import AccessFacts
from app.policy.access_look import LAST_CALLS, RECHECK, lock_out
from app.policy.instants import from_epoch

ANSWERS_WITHIN = RECHECK  # then a wish counts as unanswered although no attempt has failed
LATER = 3600  # when a row that cannot be read is tried again


@dataclass(frozen=True, kw_only=True, slots=True)
class LookReport:
    """For how many subscriptions Stripe is asked, for how many access was held, and for how many no longer."""

    asked: int = 0
    held: int = 0
    let_go: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """What one row needs. `held`: from now until `held_until`; `let_go`: Stripe has answered."""

    move: Move
    wishes: tuple[FetchWish, ...] = ()
    held_until: datetime | None = None
    let_go: bool = False


def run(context: Context, *, limit: int = 500) -> LookReport:
    """Look at what is due; two processes at once never do so for the same row."""
    now = context.clock()
    with context.db.read() as tx:
        rows = access_due.looks_due(tx, now=int(now.timestamp()), limit=limit)
        subscriptions = [row.subscription for row in rows]
        unanswered = (
            fetch_request.unanswered(tx, subscriptions, due_before=now - ANSWERS_WITHIN) if rows else frozenset()
        )
    if not rows:
        return LookReport()
    looks = {row.subscription: _look(context, row, now=now, away=row.subscription in unanswered) for row in rows}
    with context.db.write() as tx:
        ours = [looks[move.row.subscription] for move in access_due.move(tx, [look.move for look in looks.values()])]
        fetch_request.request(tx, [wish for look in ours for wish in look.wishes])
    return _report(ours)


def _look(context: Context, row: DueAccess, *, now: datetime, away: bool) -> _Look:
    try:
        return _readable(context, row, now=now, away=away)
    except Exception:  # noqa: BLE001 - one bad row must not stop the rest
        log.exception("look_again.unreadable", subscription=row.subscription)
        return _Look(move=_put_off(row))


def _readable(context: Context, row: DueAccess, *, now: datetime, away: bool) -> _Look:
    here, settings = from_epoch(row.now), context.settings
    known = facts_of(row)
    held = known.held_until is not None and here < known.held_until
    end = lock_out(timelines(replace(known, held_until=None), grace=settings.renewal_grace), here)
    hold = away and not held and end is not None and end - here <= LAST_CALLS[0]
    facts = known
    if hold and end is not None:
        facts = replace(known, held_until=end + settings.stripe_away_grace)
    elif held and not away:
        facts = replace(known, held_until=None)
    asks = away or not (held or _is_last_call(row, end))
    following = list(_next_looks(facts, end, here, grace=settings.renewal_grace, waits=asks))
    notice = Notice(cause="look_again", recorded_at=now, grace=settings.renewal_grace)
    return _Look(
        move=moved(row, facts, notice, look_at=seconds(min(following, default=None))),
        wishes=tuple(_wishes(facts, now)) if asks else (),
        held_until=facts.held_until if hold else None,
        let_go=held and not away,
    )


def _is_last_call(row: DueAccess, end: datetime | None) -> bool:
    return end is not None and row.look_at in {seconds(end - before) for before in LAST_CALLS}


def _next_looks(
    facts: AccessFacts, end: datetime | None, here: datetime, *, grace: timedelta, waits: bool
) -> Iterator[datetime]:
    planned = look_again_at(facts, grace, here, asked_at=here)
    if planned is not None:
        yield planned
    if facts.held_until is not None and here < facts.held_until:
        yield here + RECHECK
    elif waits and end is not None:
        yield from (at for before in LAST_CALLS if (at := end - before) > here)


def _wishes(facts: AccessFacts, now: datetime) -> Iterator[FetchWish]:
    """The subscription and the invoice that bills its period."""
    newest = (
        facts.subscription.latest_invoice
        or max(((invoice.created, invoice.invoice) for invoice in facts.invoices), default=(None, None))[1]
    )
    asked = {"subscription": facts.subscription.subscription, "invoice": newest}
    for kind, object_id in asked.items():
        if object_id is not None:
            yield FetchWish(
                kind=kind,
                object_id=object_id,
                why="look again",
                requested_at=now,
                due_at=now,
                whose=facts.subscription.subscription,  # somebody is about to be locked out: behind nobody else's
            )


def _put_off(row: DueAccess) -> Move:
    return Move(
        row=row, flips_at=row.flips_at, look_at=row.now + LATER, journalled_to=row.journalled_to, facts=row.facts
    )


def _report(looks: Sequence[_Look]) -> LookReport:
    held = [look for look in looks if look.held_until is not None]
    for look in held:
        alarm("access.held", subscription=look.move.row.subscription, until=str(look.held_until))
    return LookReport(
        asked=_count(bool(look.wishes) for look in looks), held=len(held), let_go=_count(look.let_go for look in looks)
    )


def _count(which: Iterable[bool]) -> int:
    return sum(which)
