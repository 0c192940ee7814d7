"""What the detector's tests share: a look that waits for nothing, and pairs for it to find."""

from typing import Any

from app.billing import detector
from app.billing.detector import DetectorReport
from app.billing.operator_queue import operator_queue
from app.billing.pace import Pace
from tests.billing.claim_stage import ALICE
from tests.billing.doubled_payments import Pair
from tests.billing.settling_stage import Settling
from tests.support.billed_again import bill_again

HURRIED = Pace(1, wait=lambda _seconds: None)


def look(settling: Settling) -> DetectorReport:
    return detector.run(settling.stage.context, pace=HURRIED)


def claims(settling: Settling) -> list[tuple[str, str, str]]:
    """Who filed it, about which charge, and its state."""
    rows = settling.claims.column("SELECT filed_by || ' ' || charge || ' ' || state FROM claim ORDER BY filed_at, id")
    return [tuple(row.split()) for row in rows]


def suspected(settling: Settling) -> list[tuple[str, str, str | None]]:
    queue = operator_queue(settling.stage.context)
    return [(each.later, each.earlier, each.why) for each in queue.suspicions]


def same_period(settling: Settling) -> Pair:
    """Rule B."""
    subscription = settling.stage.subscribe("bob")
    customer = settling.world.call("GET", f"/v1/subscriptions/{subscription}")["customer"]
    settling.stage.advance(minutes=5)
    again = bill_again(settling.world, subscription)
    settling.stage.deliver()
    extra, kept = (it["id"] for it in settling.world.call("GET", "/v1/charges", customer=customer)["data"])
    return Pair(kept, extra, customer, again)


def open_checkouts(settling: Settling) -> list[str]:
    """Two sign-ups of one customer, paid and not complete."""
    call: Any = settling.world.call
    customer, price = settling.claims.customer(ALICE), settling.stage.price("Studio")
    sessions = []
    for _ in range(2):
        made = call(
            "POST",
            "/v1/checkout/sessions",
            mode="subscription",
            customer=customer,
            client_reference_id=ALICE,
            line_items=[{"price": price, "quantity": 1}],
            success_url="https://studio.example/welcome",
        )
        settling.world.pay_checkout(made["id"])
        sessions.append(str(made["id"]))
    settling.stage.deliver()
    return sessions
