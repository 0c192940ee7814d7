"""Whether a call of ours made a refund: the metadata there is anybody's to write, the key in its event is not."""

from datetime import timedelta

from app.billing.context import Context
from app.billing.payment_reading import Body
from app.db.money_evidence import events_about
from app.errors import StripeUnavailable
from app.policy.instants import from_epoch
from app.policy.stripe_body import number, part
from app.stripe_gateway import payments

MADE = "refund.created"

TOLD_BY_THEN = timedelta(days=1)
"""An event that is not listed by then is not waited for: better to leave a refund to a person than never to end."""


def made_with(context: Context, refund: Body, key: str) -> bool:
    """Raises StripeUnavailable while nobody tells who made it."""
    with context.db.read() as tx:
        told = [event.request_key for event in events_about(tx, str(refund["id"])) if event.type == MADE]
    told = told or _listed(context, refund)
    if not told and context.clock() < from_epoch(number(refund.get("created"))) + TOLD_BY_THEN:
        raise StripeUnavailable(f"Stripe does not tell yet who made {refund['id']}", status=200)
    return key in told


def _listed(context: Context, refund: Body) -> list[str | None]:
    made = number(refund.get("created"))
    events = payments.refund_creations(context.stripe, about=made)
    mine = (event for event in events if part(event, "data", "object").get("id") == refund["id"])
    return [part(event, "request").get("idempotency_key") for event in mine]
