"""Refunds and refunding credit notes: ours, allowed beforehand by an operator, or one alarm for the same money."""

from collections.abc import Iterable, Sequence

import orjson

from app.billing.out_of_policy_excuses import is_excused, is_known_excused, lock_refunds
from app.billing.out_of_policy_finding import Finding, Json, number, some, text, told_by
from app.db import alarm
from app.db.alarm import Raised
from app.db.engine import Tx
from app.db.money_evidence import body_of, events_about, notes_naming


def refund_findings(tx: Tx, refund: str) -> Sequence[Finding]:
    """What a credit note has given back is that note's alarm."""
    lock_refunds(tx, [refund])
    body, events = body_of(tx, "refund", refund), events_about(tx, refund)
    if is_excused(tx, refund, body, events):
        return ()
    payer = text(body, "customer") or _payer(tx, body)
    written = notes_naming(tx, refund, customer=payer) if payer else []
    if note := next((each["id"] for each in written if refund in _refunds_of(each)), None):
        return credit_note_findings(tx, note)
    finding = Finding(
        kind="refund",
        matter=f"refund:{refund}",
        object_id=refund,
        customer=payer,
        amount=number(body, "amount"),
        currency=text(body, "currency"),
        happened_at=number(body, "created"),
        facts=some(body, "charge", "payment_intent", "reason", "status", "metadata"),
        **told_by(events),
    )
    return (finding,)


def credit_note_findings(tx: Tx, note: str) -> Sequence[Finding]:
    body, events = body_of(tx, "credit_note", note), events_about(tx, note)
    refunds = _refunds_of(body)
    lock_refunds(tx, refunds)
    gives_otherwise = bool(body.get("customer_balance_transaction") or number(body, "out_of_band_amount"))
    gives = gives_otherwise or refunds or number(body, "post_payment_amount")
    if not gives or (body.get("status") == "void" and not refunds):
        return ()
    if refunds and not gives_otherwise and _is_answered(tx, note, refunds):
        return ()
    finding = Finding(
        kind="credit_note",
        matter=f"credit_note:{note}",
        object_id=note,
        customer=text(body, "customer"),
        amount=number(body, "post_payment_amount") or number(body, "amount"),
        currency=text(body, "currency"),
        happened_at=_happened_at(tx, body, refunds),
        facts=some(body, *_TELLING),
        **told_by(events),
    )
    return (finding,)


_TELLING = ("invoice", "reason", "memo", "refunds", "refund", "customer_balance_transaction", "out_of_band_amount")


def _is_answered(tx: Tx, note: str, refunds: Sequence[str]) -> bool:
    """Whether each of the refunds is excused, or told by another alarm, which then tells of the note too."""
    others = []
    for refund in refunds:
        if is_known_excused(tx, refund):
            continue
        named = (each for each in alarm.alarms_naming(tx, refund) if each.object_id != note)
        found = next(
            (each for each in named if refund in (each.object_id, *_refunds_of(orjson.loads(each.facts)))), None
        )
        if found is None:
            return False
        others.append(found)
    for other in {each.number: each for each in others}.values():
        _add_note(tx, other, note)
    return True


def _add_note(tx: Tx, raised: Raised, note: str) -> None:
    facts = orjson.loads(raised.facts)
    notes = facts.setdefault("credit_notes", [])
    if note not in notes:
        notes.append(note)
        alarm.amend(tx, raised.number, facts=orjson.dumps(facts).decode())


def _happened_at(tx: Tx, note: Json, refunds: Iterable[str]) -> int | None:
    """When the last of the money went back."""
    made = [note, *(body_of(tx, "refund", refund) for refund in refunds)]
    return max((at for body in made if (at := number(body, "created")) is not None), default=None)


def _payer(tx: Tx, refund: Json) -> str | None:
    charge = text(refund, "charge")
    return text(body_of(tx, "charge", charge), "customer") if charge else None


def _refunds_of(note: Json) -> list[str]:
    listed = note.get("refunds")
    found = [text(each, "refund") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [refund for refund in (*found, text(note, "refund")) if refund]
