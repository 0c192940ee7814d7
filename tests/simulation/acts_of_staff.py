"""What staff does: in Stripe's dashboard, and about a user's standing in our own console."""

from __future__ import annotations

from random import Random
from typing import Any

from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from tests.journeys.money_outside import UIDS
from tests.simulation.acting import let
from tests.simulation.acts_of_customers import at_stripe
from tests.simulation.acts_of_rehearsal import EVERYBODY
from tests.simulation.universe import Universe

CHANGES: tuple[dict[str, Any], ...] = (
    {"cancel_at_period_end": True},
    {"cancel_at_period_end": False},
    {"cancel_at": "min_period_end"},
    {"cancel_at": ""},
    {"metadata": {"note": "seen"}},
    {"pause_collection": {"behavior": "void"}},
    {"pause_collection": {"behavior": "keep_as_draft"}},
    {"pause_collection": {"behavior": "mark_uncollectible"}},
    {"pause_collection": ""},
    {"trial_end": "now"},
)
TREATMENTS = ("void", "mark_uncollectible", "pay", "finalize")


def ends_a_subscription(universe: Universe, random: Random) -> str | None:
    """At once; with or without credit for the rest."""
    prorate, invoice_now = random.random() < 0.3, random.random() < 0.3
    if found := universe.subscription(random):
        path, how = f"/v1/subscriptions/{found['id']}", {"prorate": prorate, "invoice_now": invoice_now}
        what = f"staff ends {_whose(universe, found)} at once {how}"
        return at_stripe(universe, what, lambda: universe.world.call("DELETE", path, **how))
    return None


def changes_a_subscription(universe: Universe, random: Random) -> str | None:
    change = random.choice(CHANGES)
    if found := universe.subscription(random):
        path, what = f"/v1/subscriptions/{found['id']}", f"staff changes {_whose(universe, found)}: {change}"
        return at_stripe(universe, what, lambda: universe.world.call("POST", path, **change))
    return None


def swaps_a_price(universe: Universe, random: Random) -> str | None:
    price = random.choice(universe.outside.prices)
    behavior = random.choice(("none", "create_prorations", "always_invoice"))
    if found := universe.subscription(random):
        item = {"id": found["items"]["data"][0]["id"], "price": price, "quantity": random.choice((1, 2))}
        path, what = (
            f"/v1/subscriptions/{found['id']}",
            f"staff gives {_whose(universe, found)} another price ({behavior})",
        )
        given = {"items": [item], "proration_behavior": behavior}
        return at_stripe(universe, what, lambda: universe.world.call("POST", path, **given))
    return None


def treats_an_invoice(universe: Universe, random: Random) -> str | None:
    treatment, invoices = random.choice(TREATMENTS), list(universe.world.account.store.newest_first("invoice"))
    if not invoices:
        return None
    invoice = random.choice(invoices[:6])
    more: dict[str, Any] = {"paid_out_of_band": True} if treatment == "pay" and random.random() < 0.5 else {}
    what = f"staff: {treatment} {more or ''} for an invoice of {_whose(universe, invoice)}"
    path = f"/v1/invoices/{invoice['id']}/{treatment}"
    return at_stripe(universe, what, lambda: universe.world.call("POST", path, **more))


def writes_a_credit_note(universe: Universe, random: Random) -> str | None:
    invoices, amount = list(universe.world.account.store.newest_first("invoice")), random.choice((300, 700))
    if not invoices:
        return None
    invoice = random.choice(invoices[:6])
    how = random.choice(("refund_amount", "credit_amount", "out_of_band_amount"))
    if invoice["status"] == "open":
        how = ""

    def deed() -> None:
        more = {how: amount} if how else {}
        made = universe.world.call("POST", "/v1/credit_notes", invoice=invoice["id"], amount=amount, **more)
        universe.money.by_staff.update(each["refund"] for each in made.get("refunds") or ())
        if made.get("customer_balance_transaction"):
            universe.money.by_staff.add(made["customer_balance_transaction"])

    return at_stripe(universe, f"staff credits {_whose(universe, invoice)} ({how} {amount})", deed)


def renames(universe: Universe, random: Random) -> str | None:
    """The metadata that says whose a customer is."""
    customer, uid = random.choice(list(universe.outside.of)), random.choice(UIDS)
    path = f"/v1/customers/{customer}"
    note = {"note": str(random.randrange(9)), "uid": universe.uid_of(customer)}
    return at_stripe(universe, f"staff notes {note} at {uid}", lambda: universe.world.call("POST", path, metadata=note))


def decides_a_standing(universe: Universe, random: Random) -> str | None:
    idle, uid = universe.idle(universe.webs), random.choice(EVERYBODY)
    standing = random.choice(
        (Standing.GOOD, Standing.GOOD, Standing.SUSPENDED, Standing.SUSPENDED, Standing.TERMINATED)
    )
    annul = standing is Standing.GOOD and random.random() < 0.3
    if not idle:
        return None
    process = random.choice(idle)
    ruling = Ruling(uid=uid, standing=standing, reason="seen", actor="olga", annul=annul)
    said = f"is told by Olga that {uid}'s standing is {standing}{' (a mistake before)' if annul else ''}"
    return let(universe, process, said, lambda: decide_standing(process.context, ruling), random)


def _whose(universe: Universe, found: Any) -> str:
    return f"{universe.uid_of(found['customer'])}'s {found['id'][-4:]}"
