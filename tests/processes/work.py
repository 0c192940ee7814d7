"""Work of every kind that is due, some of it never to be done, and how often each piece of it was done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import text, update

from app.billing.cancellation_intent import Wish, place
from app.billing.claim_filing import FiledBy, file_claim
from app.billing.context import Context
from app.billing.mirror import take_events
from app.db import fetch_request, inbox, sweep_cursor
from app.db.fetch_request import FetchWish
from app.db.inbox import InboxState
from app.db.sweep_cursor import Cursor
from app.db.tables import metadata
from app.policy.cancellation_steps import Action
from app.policy.claim_reasons import ClaimReason
from app.policy.envelope import Envelope, read_envelope
from tests.policy.access_bodies import facts, invoice, item, line, subscription
from tests.processes.crew import Crew, SlowStripe
from tests.support.access_table import change, put

YEARS = 20 * 365
ENDED = facts(
    subscription(item(-YEARS, 30 - YEARS), cancel_at_period_end=True), invoice("paid", line(-YEARS, 30 - YEARS))
)
LONG_AGO = timedelta(days=30)
FOR_EVER = 10**6


@dataclass(frozen=True, kw_only=True)
class Account:
    """What Stripe has: subscriptions to cancel, orders paid twice with the second charge of each, prices."""

    subscriptions: Sequence[str]
    extras: Sequence[str]
    prices: Sequence[str]


def open_account(stripe: SlowStripe, *, subscriptions: int, pairs: int, prices: int) -> Account:
    call = stripe.call
    product = call("POST", "/v1/products", name="Studio")["id"]
    monthly = {"product": product, "unit_amount": 900, "currency": "usd", "recurring": {"interval": "month"}}
    made = [call("POST", "/v1/prices", **monthly)["id"] for _ in range(prices)]
    payers = [call("POST", "/v1/customers", metadata={"uid": f"payer-{number}"})["id"] for number in range(pairs)]
    for number, payer in enumerate(payers):
        pay(stripe, payer, f"order-{number}")
    stripe.advance(120)
    return Account(
        extras=[pay(stripe, payer, f"order-{number}") for number, payer in enumerate(payers)],
        subscriptions=[subscribe(stripe, f"user-{number}", made[0]) for number in range(subscriptions)],
        prices=made,
    )


def subscribe(stripe: SlowStripe, uid: str, price: str) -> str:
    call = stripe.call
    customer = call("POST", "/v1/customers", email=f"{uid}@example.com")["id"]
    method = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    given: dict[str, Any] = {"items": [{"price": price}], "metadata": {"uid": uid}}
    return str(call("POST", "/v1/subscriptions", customer=customer, default_payment_method=method, **given)["id"])


def pay(stripe: SlowStripe, customer: str, order: str) -> str:
    """The charge."""
    made = stripe.call(
        "POST",
        "/v1/payment_intents",
        customer=customer,
        amount=900,
        currency="usd",
        payment_method="pm_card_visa",
        confirm=True,
        metadata={"order_id": order},
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
    )
    return str(made["latest_charge"])


def take(context: Context, events: Sequence[dict[str, Any]]) -> None:
    """Into the mirror."""
    take_events(context, [_envelope(event) for event in events])


def owe_ends(context: Context, count: int) -> None:
    put(context.db, *(f"sub_past_{number}" for number in range(count)), facts=ENDED, at=1 - YEARS)


def owe_cancellations(context: Context, subscriptions: Sequence[str]) -> None:
    with context.db.write() as tx:
        for number, each in enumerate(subscriptions):
            wish = Wish(action=Action.CANCEL, uid=f"user-{number}", subscription=each, actor=f"user-{number}")
            assert place(tx, wish, now=datetime.now(UTC))


def owe_refunds(context: Context, extras: Sequence[str]) -> list[str]:
    """The claims, approved."""
    return [claim_twice(context, f"payer-{number}", extra, "approved") for number, extra in enumerate(extras)]


def owe_deadlines(context: Context, count: int) -> list[str]:
    """Claims that nobody ever completed."""
    then = replace(context, clock=lambda: datetime.now(UTC) - LONG_AGO)
    return [claim_twice(then, f"forgetful-{number}", None, "needs_information") for number in range(count)]


def owe_fetches(context: Context, kind: str, ids: Sequence[str]) -> None:
    now = datetime.now(UTC)
    wishes = [FetchWish(kind=kind, object_id=each, why="test", requested_at=now, due_at=now) for each in ids]
    with context.db.write() as tx:
        fetch_request.request(tx, wishes)


def owe_events(context: Context, events: Sequence[dict[str, Any]]) -> None:
    """Events that came and could not be applied."""
    now = datetime.now(UTC)
    rows = [inbox.row_of(_envelope(each), state=InboxState.FAILED, why="test", now=now) for each in events]
    with context.db.write() as tx:
        inbox.store(tx, [row | {"attempts": 1, "due_at": now} for row in rows])


def rest_from_comparing(context: Context) -> None:
    """The daily audit was just done: it would ask for the objects whose requests are counted."""
    now = datetime.now(UTC)
    with context.db.write() as tx:
        sweep_cursor.put(tx, Cursor("drift", None, None, 0, now, now))


def poison(crew: Crew, account: Account, product: str) -> None:
    """The longest due of each kind can never be done; so can the event of that product."""
    context, refuse = crew.context, crew.stripe.trouble.internal_error
    change(context.db, "sub_past_0", facts="{", flips_at=1)
    _age(context, "cancellation_request", "subscription", account.subscriptions[0], "due_at")
    refuse(FOR_EVER, only=f"GET /v1/subscriptions/{account.subscriptions[0]}")
    _age(context, "settlement", "extra", account.extras[0], "due_at")
    refuse(FOR_EVER, only=f"GET /v1/charges/{account.extras[0]}")
    _age(context, "fetch_request", "object_id", account.prices[0], "due_at")
    refuse(FOR_EVER, only=f"GET /v1/prices/{account.prices[0]}")
    _age(context, "inbox_event", "object_id", product, "due_at", body="{}")
    _age(context, "claim", "uid", "forgetful-0", "look_at", reason="of another world")


def rows(context: Context, sql: str, **values: Any) -> list[Any]:
    with context.db.read() as tx:
        return list(tx.execute(text(sql), values))


def _age(context: Context, table: str, key: str, value: str, at: str, **more: Any) -> None:
    known = metadata().tables[table]
    with context.db.write() as tx:
        tx.execute(update(known).where(known.c[key] == value).values({at: datetime.now(UTC) - LONG_AGO, **more}))


def claim_twice(context: Context, uid: str, number: str | None, state: str) -> str:
    """The claim, in that state."""
    reason, by = ClaimReason.CHARGED_TWICE, FiledBy.CUSTOMER
    filed = file_claim(context, uid=uid, reason=reason, order_number=number, text="", filed_by=by, actor=uid)
    assert filed.claim.state == state, filed
    return filed.claim.id


def _envelope(event: dict[str, Any]) -> Envelope:
    return read_envelope(event, orjson.dumps(event).decode())
