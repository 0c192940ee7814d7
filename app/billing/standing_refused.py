"""Tells operators of a decision about a standing (4.1) that Stripe refused to follow: nobody repeats it by itself."""

from datetime import datetime

import orjson

from app.billing.out_of_policy_finding import text
from app.db.alarm import Alarm, raise_once
from app.db.cancellation import HeldRequest
from app.db.engine import Tx
from app.db.money_evidence import body_of


def raise_refusal(tx: Tx, held: HeldRequest, *, why: str | None, now: datetime) -> None:
    """In the transaction that ends the request."""
    row = Alarm(
        matter=f"standing:{held.id}",
        kind=f"{held.action}_refused",
        object_id=held.subscription,
        customer=text(body_of(tx, "subscription", held.subscription), "customer"),
        uid=held.uid,
        happened_at=int(now.timestamp()),
        facts=orjson.dumps({"request": held.id, "why": why}).decode(),
        raised_at=now,
    )
    raise_once(tx, row)
