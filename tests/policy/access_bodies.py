"""Small bodies in Stripe's shape (2026-10-28.endive), and a way to state what access they mean over time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from app.policy.access import Reason, answer, timelines
from app.policy.access_facts import GOOD_STANDING, AccessFacts, StandingFacts
from app.policy.access_from_stripe import invoice_facts, subscription_facts
from app.policy.access_segments import ENTITLED

GRACE = timedelta(hours=72)
SECOND = timedelta(seconds=1)
DAY_0 = datetime(2026, 11, 5, 12, tzinfo=UTC)


def day(number: float) -> datetime:
    return DAY_0 + timedelta(days=number)


def epoch(number: float | None) -> int | None:
    return None if number is None else int(day(number).timestamp())


def item(start: float = 0, end: float = 30, *, id: str = "si_pro", metered: bool = False) -> dict[str, Any]:  # noqa: A002
    name = id.removeprefix("si_")
    return {
        "id": id,
        "object": "subscription_item",
        "current_period_start": epoch(start),
        "current_period_end": epoch(end),
        "price": {
            "id": f"price_{name}",
            "object": "price",
            "product": f"prod_{name}",
            "lookup_key": name,
            "recurring": {"interval": "month", "usage_type": "metered" if metered else "licensed"},
        },
        "quantity": 1,
    }


def subscription(*items: dict[str, Any], status: str = "active", **fields: Any) -> dict[str, Any]:
    """Instants are given in days: `cancel_at=30`."""
    instants = ("start_date", "trial_end", "ended_at", "cancel_at", "canceled_at")
    body = {
        "id": "sub_1",
        "object": "subscription",
        "status": status,
        "start_date": epoch(0),
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": fields.pop("reason", None)},
        "items": {"object": "list", "data": list(items or (item(),)), "has_more": False},
        "latest_invoice": "in_latest",
        "pause_collection": None,
    }
    return body | {name: epoch(value) if name in instants else value for name, value in fields.items()}


def line(start: float = 0, end: float = 30, *, id: str = "si_pro", proration: bool = False) -> dict[str, Any]:  # noqa: A002
    sold = {"subscription": "sub_1", "subscription_item": id, "proration": proration, "invoice_item": None}
    return {
        "object": "line_item",
        "parent": {"type": "subscription_item_details", "subscription_item_details": sold},
        "period": {"start": epoch(start), "end": epoch(end)},
    }


def invoice(status: str = "paid", *lines: dict[str, Any], at: float | None = None, **fields: Any) -> dict[str, Any]:
    """Made at the start of its first line's period, unless `at` tells another day."""
    billed = lines or (line(),)
    created: int = epoch(at) or billed[0]["period"]["start"]
    became: dict[str, int | None] = {
        "paid_at": None,
        "voided_at": None,
        "marked_uncollectible_at": None,
        "finalized_at": None,
    }
    if status == "paid":
        became["paid_at"] = created + 3600
    return {
        "id": "in_latest",
        "object": "invoice",
        "status": status,
        "created": created,
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "attempted": status != "draft",
        "attempt_count": int(status != "draft"),
        "due_date": None,
        "lines": {"object": "list", "data": list(billed), "has_more": False},
        "parent": {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}},
        "status_transitions": became,
    } | fields


def facts(
    body: dict[str, Any],
    *invoices: dict[str, Any],
    standing: StandingFacts = GOOD_STANDING,
    held_until: datetime | None = None,
    processing: Iterable[str] = (),
    money_gone: Iterable[str] = (),
) -> AccessFacts:
    return AccessFacts(
        subscription=subscription_facts(body),
        invoices=tuple(
            invoice_facts(each, payment_processing=each["id"] in processing, money_gone=each["id"] in money_gone)
            for each in invoices
        ),
        standing=standing,
        held_until=held_until,
    )


def expect(known: AccessFacts, *story: str | float, paid_through: float | None, renews_at: float | None = None) -> None:
    """`"active", 30, "unconfirmed", 33, "unpaid"`: reasons, and the days at which they change. Looks a second before,
    at and a second after each of them."""
    (timeline,) = timelines(known, grace=GRACE)
    assert timeline.paid_through == (None if paid_through is None else day(paid_through))
    assert timeline.renews_at == (None if renews_at is None else day(renews_at))
    reasons = [Reason(str(reason)) for reason in story[::2]]
    changes = [day(float(change)) for change in story[1::2]]
    if not changes:
        _says(known, day(1), reasons[0], None)
    for position, change in enumerate(changes):
        before, after = reasons[position], reasons[position + 1]
        _says(known, change - SECOND, before, _until(reasons, changes, position))
        for moment in (change, change + SECOND):
            _says(known, moment, after, _until(reasons, changes, position + 1))


def _says(known: AccessFacts, moment: datetime, reason: Reason, until: datetime | None) -> None:
    said = answer(timelines(known, grace=GRACE), moment)
    assert (said.reason, said.entitled, said.until) == (reason, reason in ENTITLED, until), moment


def _until(reasons: list[Reason], changes: list[datetime], position: int) -> datetime | None:
    entitled = [reason in ENTITLED for reason in reasons]
    ahead = [change for at, change in enumerate(changes) if at >= position and entitled[at] != entitled[at + 1]]
    behind = [change for at, change in enumerate(changes) if at < position and entitled[at] and not entitled[at + 1]]
    if ahead:
        return ahead[0]
    return None if entitled[position] or not behind else behind[-1]
