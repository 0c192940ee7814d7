"""Raises an alarm, once each, for money that went back without a decision of ours (2.2), and for credits (3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import orjson

from app.alarms import alarm
from app.billing.context import Context
from app.billing.out_of_policy_balance import balance_findings, balance_transactions
from app.billing.out_of_policy_changes import change_findings
from app.billing.out_of_policy_finding import Finding
from app.billing.out_of_policy_returns import credit_note_findings, refund_findings
from app.billing.stripe_rest import asking
from app.db import alarm as alarm_table
from app.db import money_sighting, sweep_cursor
from app.db.alarm import Alarm
from app.db.engine import Tx
from app.db.money_evidence import body_of, owner_of
from app.db.money_sighting import Sighting
from app.errors import StripeUnavailable
from app.logs import log
from app.policy.money_matters import BALANCE, CREDIT_NOTE, PRORATION, REFUND

LATER = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutOfPolicyReport:
    """How many matters were judged, how many of them raised an alarm, and how many could not be judged yet."""

    judged: int = 0
    raised: int = 0
    put_off: int = 0


def run(context: Context, *, limit: int = 200) -> OutOfPolicyReport:
    """Judge what was sighted since; any number of processes may do so at once."""
    with context.db.read() as tx:
        due = money_sighting.matters_due(tx, now=context.clock(), limit=limit)
    judged = raised = 0
    for matter in due:
        try:
            raised += _judge(context, matter)
            judged += 1
        except Exception as error:  # noqa: BLE001 - one bad matter must not stop the rest
            _put_off(context, matter, error)
    return OutOfPolicyReport(judged=judged, raised=raised, put_off=len(due) - judged)


def _judge(context: Context, matter: str) -> int:
    """The number of new alarms."""
    kind, _, about = matter.partition(":")
    transactions = _transactions(context, about) if kind == BALANCE else ()
    with context.db.write() as tx:
        sightings = money_sighting.sightings_of(tx, matter)
        found = _findings(tx, kind, about, sightings, transactions) if sightings else ()
        new = [finding for finding in _since_we_watch(tx, found) if _raise(tx, finding, context)]
        money_sighting.forget(tx, matter, sightings)
    for finding in new:
        alarm(f"out_of_policy.{finding.kind}", **finding.told())
    return len(new)


def _transactions(context: Context, customer: str) -> Sequence[dict[str, object]]:
    with asking(context):
        return balance_transactions(context, customer)


def _findings(
    tx: Tx, kind: str, about: str, sightings: Sequence[Sighting], transactions: Sequence[dict[str, object]]
) -> Sequence[Finding]:
    if kind == REFUND:
        return refund_findings(tx, about)
    if kind == CREDIT_NOTE:
        return credit_note_findings(tx, about)
    if kind == PRORATION:
        return change_findings(tx, about, sightings)
    return balance_findings(tx, about, sightings, transactions)


def _since_we_watch(tx: Tx, found: Sequence[Finding]) -> list[Finding]:
    """A backfill brings an account's whole past, which was decided without us. A rehearsal has a time of its own."""
    began = sweep_cursor.first_walk_at(tx)
    past = [each for each in found if began and _was_before(tx, each, int(began.timestamp()))]
    for each in past:
        log.info("out_of_policy.before_our_time", **each.told())
    return [each for each in found if each not in past]


def _was_before(tx: Tx, finding: Finding, began: int) -> bool:
    if finding.happened_at is None or finding.happened_at >= began:
        return False
    return not (finding.customer and body_of(tx, "customer", finding.customer).get("test_clock"))


def _raise(tx: Tx, finding: Finding, context: Context) -> bool:
    row = Alarm(
        matter=finding.matter,
        kind=finding.kind,
        object_id=finding.object_id,
        customer=finding.customer,
        uid=owner_of(tx, finding.customer),
        amount=finding.amount,
        currency=finding.currency,
        event=finding.event,
        request_key=finding.request_key,
        happened_at=finding.happened_at,
        facts=orjson.dumps(finding.facts).decode(),
        raised_at=context.clock(),
    )
    return alarm_table.raise_once(tx, row) is not None


def _put_off(context: Context, matter: str, error: Exception) -> None:
    expected = isinstance(error, StripeUnavailable)
    (log.warning if expected else log.error)("out_of_policy.put_off", matter=matter, error=repr(error))
    with context.db.write() as tx:
        money_sighting.put_off(tx, matter, due_at=context.clock() + LATER)
