"""What customers do: subscribe, pay, pay twice, cancel, resume and claim; and what befalls their cards and payments."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from app.billing import cancellation
from app.billing.claim_filing import FiledBy, file_claim
from app.billing.context import Context
from app.billing.deliveries import DeliveryStatus, record_delivery
from app.policy.claim_reasons import ClaimReason
from app.sandbox.world import SandboxRefusal
from tests.journeys.money_acts import ACTS as CLAIM_ACTS
from tests.journeys.money_outside import UIDS, Deed
from tests.simulation.acting import let
from tests.simulation.universe import Universe

DAY = 86400


def at_stripe(universe: Universe, what: str, deed: Callable[[], Any]) -> str | None:
    """The sentence about what somebody does at Stripe; nothing, if Stripe refuses."""
    before = len(universe.world.events)
    with suppress(SandboxRefusal):
        deed()
    new = [event["type"] for event in universe.world.events[before:]]
    return f"{what} ({', '.join(dict.fromkeys(new[:4]))})" if new else None


def deed(act: Deed) -> Callable[[Universe, Random], str | None]:
    def play(universe: Universe, random: Random) -> str | None:
        number = random.randrange(6)
        what = f"{act.__name__.replace('_', ' ')} [{number}]"
        return at_stripe(universe, what, lambda: act(universe.outside, number))

    return play


def subscribes_otherwise(universe: Universe, random: Random) -> str | None:
    """With a trial, by invoice, without waiting for the first payment, or for a bounded time."""
    uid, price = random.choice(UIDS), random.choice(universe.outside.prices)
    payer = next(customer for customer, owner in universe.outside.of.items() if owner == uid)
    more: dict[str, Any] = random.choice(
        (
            {"trial_period_days": random.choice((3, 14))},
            {"collection_method": "send_invoice", "days_until_due": 5},
            {"payment_behavior": "default_incomplete"},
            {"cancel_at_period_end": True},
        )
    )
    given = {"customer": payer, "items": [{"price": price}], "metadata": {"uid": uid}, **more}
    what = f"{uid} subscribes with {more}"
    return at_stripe(universe, what, lambda: universe.world.call("POST", "/v1/subscriptions", **given))


def checks_out(universe: Universe, random: Random) -> str | None:
    uid, price = random.choice(UIDS), random.choice(universe.outside.prices)
    given: dict[str, Any] = {
        "mode": "subscription",
        "success_url": "https://studio.example/",
        "client_reference_id": uid,
    }
    lines = [{"price": price, "quantity": 1}]

    def deed() -> None:
        made = universe.world.call("POST", "/v1/checkout/sessions", line_items=lines, **given)
        if random.random() < 0.3:
            universe.world.pay_checkout(made["id"])
        else:
            universe.world.complete_checkout(made["id"])
        owner = universe.world.account.store.find(made["id"]) or {}
        universe.outside.of.setdefault(owner["customer"], uid)

    return at_stripe(universe, f"{uid} signs up by checkout", deed)


def card_turns(universe: Universe, random: Random) -> str:
    card = random.choice(list(universe.world.account.store.all("payment_method")))
    bad = random.random() < 0.5
    (universe.world.decline if bad else universe.world.accept)(card["id"])
    return f"{universe.uid_of(card['customer'])}'s card {'declines' if bad else 'works'} from now on"


def pays_a_bill(universe: Universe, random: Random) -> str | None:
    bills = [each for each in universe.world.account.store.all("invoice") if each["status"] == "open"]
    if not bills:
        return None
    bill = random.choice(bills)
    what = f"{universe.uid_of(bill['customer'])} pays a bill"
    return at_stripe(universe, what, lambda: universe.world.call("POST", f"/v1/invoices/{bill['id']}/pay"))


def cancels_at_stripe(universe: Universe, random: Random) -> str | None:
    if found := universe.subscription(random):
        what = f"{universe.uid_of(found['customer'])} cancels in Stripe's portal"
        return at_stripe(universe, what, lambda: universe.world.portal_cancel(found["id"]))
    return None


def cancels(universe: Universe, random: Random) -> str | None:
    return _changes_mind(universe, random, "cancels", cancellation.cancel)


def resumes(universe: Universe, random: Random) -> str | None:
    return _changes_mind(universe, random, "resumes", cancellation.resume)


def _changes_mind(universe: Universe, random: Random, what: str, act: Callable[..., Any]) -> str | None:
    idle, found = universe.idle(universe.webs), universe.subscription(random)
    if not idle or not found:
        return None
    uid, process = universe.uid_of(found["customer"]), random.choice(idle)
    said = f"lets {uid} {what[:-1]} {found['id'][-4:]}"
    return let(
        universe, process, said, lambda: act(process.context, uid=uid, subscription=found["id"], actor=uid), random
    )


class Desk:
    """The claims so far, as `tests.journeys.money_acts` asks for them."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self.approved: set[str] = set()

    def file(self, context: Context, number: int, reason: ClaimReason) -> None:
        charge = self._universe.outside.pick("charge", number)
        if charge:
            uid = self._universe.uid_of(charge["customer"]) if number < 5 else "mallory"
            told: dict[str, Any] = {"text": "", "filed_by": FiledBy.SUPPORT, "actor": uid}
            file_claim(context, uid=uid, reason=reason, order_number=charge["id"], **told)

    def claim(self, number: int, state: str | None = None) -> Any:
        where = f"WHERE state = '{state}'" if state else ""
        found = self._universe.rows(f"SELECT id, uid, state FROM claim {where} ORDER BY filed_at, id")
        return found[number % len(found)] if found else None


def about_claims(name: str) -> Callable[[Universe, Random], str | None]:
    def play(universe: Universe, random: Random) -> str | None:
        idle, number = universe.idle(universe.webs), random.randrange(6)
        if not idle:
            return None
        process, desk = random.choice(idle), Desk(universe)
        said = f"hears somebody who {name} [{number}]"
        return let(universe, process, said, lambda: CLAIM_ACTS[name](desk, process.context, number), random)

    return play


def host_delivers(universe: Universe, random: Random) -> str | None:
    idle = universe.idle(universe.webs)
    if not idle:
        return None
    process, uid, status = random.choice(idle), random.choice(UIDS), random.choice(list(DeliveryStatus))

    def act() -> Any:
        now = universe.clock()
        return record_delivery(process.context, uid=uid, order="o-1", status=status, occurred_at=now, detail=None)

    return let(universe, process, f"is told that {uid}'s order has {status}", act, random)
