"""Project mirrored subscriptions and invoices onto the rows that access is answered from, and journal what changed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from app.billing.access_memo import remember
from app.billing.standing_facts import standing_facts
from app.db import access_rows
from app.db.access_rows import BillingInvoice, Subject
from app.db.engine import Tx
from app.db.locks import lock
from app.db.prepared import one_trip
from app.db.standing_lock import share_standings
from app.policy.access import Timelines, look_again_at, next_flip, timelines
from app.policy.access_codec import decode, encode
from app.policy.access_facts import AccessFacts, InvoiceFacts
from app.policy.access_from_stripe import invoice_facts, subscription_facts
from app.policy.access_journal import transitions
from app.policy.access_pertinent import pertinent
from app.policy.instants import from_epoch, to_epoch

REVISED = "revised"
"""The facts changed and no answer did; kept so that an answer given earlier can be explained."""

Source = tuple[Subject, AccessFacts]
"""A subscription with what access was projected from so far, and the facts by the mirror."""


def project(
    tx: Tx, subscriptions: Collection[str], *, now: datetime, grace: timedelta, causes: Mapping[str, str]
) -> None:
    """Recompute the facts of these subscriptions from the mirror; `causes` names the event behind each."""
    if subscriptions:
        with one_trip(tx):
            ask = ask_sources(tx, subscriptions)
        record(tx, ask(), now=now, grace=grace, causes=causes)


def ask_sources(tx: Tx, subscriptions: Collection[str]) -> Callable[[], list[Source]]:
    """Facts to be recorded in this transaction, once the trip is over.

    They are read after the locks are held, so two transactions that touch one subscription see each other.
    """
    share_standings(tx)
    lock(tx, [f"access:{subscription}" for subscription in subscriptions])
    return _ask(tx, subscriptions)


def record(tx: Tx, sources: Iterable[Source], *, now: datetime, grace: timedelta, causes: Mapping[str, str]) -> None:
    """Write the facts that differ from what access was projected from, and what that changed."""
    rows, journal = [], []
    for subject, facts in sources:
        encoded = orjson.dumps(encode(facts)).decode()
        if encoded != subject.old_facts or subject.uid != subject.old_uid:
            here = _instant(subject, now)
            items = timelines(facts, grace=grace)
            journal += _journal(subject, items, encoded, here=here, now=now, grace=grace, causes=causes)
            look = look_again_at(facts, grace, here, items=items)
            rows.append(_row(subject, items, encoded, remember(encoded, items, grace=grace), look=look, here=here))
    if rows:
        with one_trip(tx):
            access_rows.write_access(tx, rows)
            access_rows.append_transitions(tx, journal)


def _instant(subject: Subject, now: datetime) -> datetime:
    """By the test clock, or the wall's; what another process has journalled by a clock that is ahead stays told."""
    if subject.frozen_time is not None:
        return from_epoch(subject.frozen_time)
    return now if subject.journalled_to is None else max(now, from_epoch(subject.journalled_to))


def facts_by_the_mirror(tx: Tx, subscriptions: Collection[str]) -> list[Source]:
    """What access would be projected from now, beside what it was projected from."""
    return _ask(tx, subscriptions)()


def _ask(tx: Tx, subscriptions: Collection[str]) -> Callable[[], list[Source]]:
    ask_invoices = access_rows.ask_invoices(tx, subscriptions)
    ask_subjects = access_rows.ask_subjects(tx, subscriptions)

    def read() -> list[Source]:
        invoices = _invoices(ask_invoices())
        return [(subject, _facts(subject, invoices[subject.subscription])) for subject in ask_subjects()]

    return read


def _invoices(rows: Iterable[BillingInvoice]) -> Mapping[str, list[InvoiceFacts]]:
    found: defaultdict[str, list[InvoiceFacts]] = defaultdict(list)
    for row in rows:
        body = orjson.loads(row.body)
        found[row.subscription].append(
            invoice_facts(body, payment_processing=bool(row.payment_processing), money_gone=bool(row.money_gone))
        )
    return found


def _facts(subject: Subject, invoices: list[InvoiceFacts]) -> AccessFacts:
    held = orjson.loads(subject.old_facts).get("H") if subject.old_facts else None
    return pertinent(
        AccessFacts(
            subscription=subscription_facts(orjson.loads(subject.body)),
            invoices=tuple(invoices),
            standing=standing_facts(subject),
            held_until=None if held is None else from_epoch(held),
        )
    )


def _row(
    subject: Subject, items: Timelines, encoded: str, answers: str, *, look: datetime | None, here: datetime
) -> dict[str, Any]:
    flips = next_flip(items, here)
    return {
        "subscription": subject.subscription,
        "uid": subject.uid,
        "customer": subject.customer,
        "test_clock": subject.test_clock,
        "facts": encoded,
        "answers": answers,
        "flips_at": None if flips is None else int(to_epoch(flips)),
        "look_at": None if look is None else int(to_epoch(look)),
        "journalled_to": int(to_epoch(here)),
    }


def _journal(
    subject: Subject,
    after: Timelines,
    encoded: str,
    *,
    here: datetime,
    now: datetime,
    grace: timedelta,
    causes: Mapping[str, str],
) -> list[dict[str, Any]]:
    before = timelines(decode(orjson.loads(subject.old_facts)), grace=grace) if subject.old_facts else None
    since = None if subject.journalled_to is None else from_epoch(subject.journalled_to)
    changes = transitions(before, after, here, journalled_to=since)
    told = [(change.item, change.transition.value, change.at) for change in changes]
    return [
        {
            "uid": subject.uid,
            "subscription": subject.subscription,
            "item": item.item,
            "product": item.product,
            "transition": transition,
            "happened_at": int(to_epoch(at)),
            "recorded_at": now,
            "cause": causes.get(subject.subscription, ""),
            "facts": encoded,
        }
        for item, transition, at in told or [(timeline.item, REVISED, here) for timeline in after[:1]]
    ]
