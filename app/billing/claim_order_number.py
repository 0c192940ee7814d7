"""Which of the user's own charges an order number means; one of somebody else is as unknown as one that never was."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from app.billing.claim_words import spellings
from app.db.charge_owner import OwnedCharge, charge_with_owner, charges_by_number
from app.db.claim import ClaimRow, claim_by_key
from app.db.engine import Tx
from app.policy.refund_facts import OperatorFinding, OrderNumber


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """`charge` is the latest one that took money, else the latest attempt."""

    number: OrderNumber
    charge: OwnedCharge | None = None


def look_up(tx: Tx, uid: str, number: str | None) -> Named:
    if number is None:
        return Named(number=OrderNumber.MISSING)
    found = charges_by_number(tx, uid, spellings(number)) if uid else []
    if not found:
        return Named(number=OrderNumber.NOT_FOUND)
    took_money = [charge for charge in found if charge.took_money]
    return Named(number=OrderNumber.FOUND, charge=(took_money or found)[0])


def named_by(tx: Tx, claim: ClaimRow) -> Named:
    """What the claim is about: its charge once that was found, since later payments may answer to the same number."""
    known = charge_with_owner(tx, claim.charge) if claim.charge else None
    return Named(number=OrderNumber.FOUND, charge=known) if known else look_up(tx, claim.uid, claim.order_number)


def open_key(uid: str, reason: str, number: str | None, charge: OwnedCharge | None) -> str:
    """The same for two claims that ask the same."""
    about = charge.charge if charge else f"#{number or ''}"
    return sha256(orjson.dumps([uid, reason, about])).hexdigest()


def naming(tx: Tx, claim: ClaimRow, number: str | None, *, now: datetime) -> dict[str, Any]:
    """What changes in a claim that gets an order number."""
    if number is None or (number == claim.order_number and claim.charge):
        return {}
    charge = look_up(tx, claim.uid, number).charge
    named = {"order_number": number, "named_at": now} | charged(tx, claim, charge, number=number)
    # What a person found of one charge says nothing of another.
    return named if named["charge"] == claim.charge else named | {"operator_finding": str(OperatorFinding.NONE)}


def charged(tx: Tx, claim: ClaimRow, charge: OwnedCharge | None, *, number: str | None) -> dict[str, Any]:
    """What changes in a claim whose charge is found, or not found any more."""
    key = open_key(claim.uid, claim.reason, number, charge)
    found: dict[str, Any] = {
        "charge": charge.charge if charge else None,
        "subscription": charge.subscription if charge else None,
    }
    taken = claim.open_key is None or claim_by_key(tx, key) is not None
    return found if taken else found | {"open_key": key}
