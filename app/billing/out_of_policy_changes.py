"""Prorations that we caused, and those that leave the customer a credit (3.2); a paid upgrade is fine."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.billing.out_of_policy_finding import Finding, text, told_by
from app.db.engine import Tx
from app.db.money_evidence import Told, body_of, events_about, invoices_since
from app.db.money_sighting import Sighting
from app.policy.money_matters import PRORATION, PricedTime, change_of, invoice_lines, pending_line
from app.policy.our_marks import is_our_key

MADE = ("invoiceitem.created", "invoice.created")


def change_findings(tx: Tx, about: str, sightings: Sequence[Sighting]) -> Sequence[Finding]:
    """`about` is a subscription and the moment at which it was changed."""
    matter, (subscription, _, start) = f"{PRORATION}:{about}", about.rpartition(":")
    bodies = {each.object_id: body_of(tx, each.object_kind, each.object_id) for each in sightings}
    billed = list(_billed(matter, invoices_since(tx, subscription, int(start))))
    lines = billed or list(_pending(matter, bodies.values()))
    total = sum(line.amount for line in lines)
    events = sorted((it for each in sightings for it in events_about(tx, each.object_id)), key=lambda it: it.created)
    ours = [it for it in events if it.type in MADE and is_our_key(it.request_key)]
    if not ours and total >= 0:
        return ()
    some = next(iter(bodies.values()), {})
    finding = Finding(
        kind="proration_by_us" if ours else "credit_for_unused_time",
        matter=matter,
        object_id=sightings[0].object_id,
        customer=text(some, "customer"),
        amount=-total,
        currency=text(some, "currency"),
        happened_at=int(start),
        facts={"subscription": subscription, "objects": sorted(bodies), "amounts": [line.amount for line in lines]},
        **told_by(ours or _made(events)),
    )
    return (finding,)


def _billed(matter: str, invoices: Sequence[dict[str, Any]]) -> Iterator[PricedTime]:
    """Also lines that are no prorations: the new plan may have begun a whole period."""
    for invoice in invoices:
        lines = [line for line in invoice_lines(invoice) if change_of(line) == matter]
        if any(line.proration for line in lines):
            yield from lines


def _pending(matter: str, bodies: Any) -> Iterator[PricedTime]:
    for body in bodies:
        line = pending_line(body) if body.get("object") == "invoiceitem" else None
        if line and change_of(line) == matter:
            yield line


def _made(events: list[Told]) -> list[Told]:
    return [it for it in events if it.type in MADE] or events
