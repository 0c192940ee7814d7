"""A thing that an operator can do about a claim, and the order to do it; it is on record with a reason and a name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.billing.claim_deciding import Answer
from app.billing.context import Context


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """`version` is the claim as the operator saw it; `contacted_at` only goes with an earlier
    contact, `amount` in the smallest unit with a credit."""

    claim: str
    version: int
    operator: str
    why: str
    contacted_at: datetime | None = None
    amount: int | None = None


Act = Callable[[Context, Order], Answer]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verb:
    """`says` is on the button; `does` stands beside it and tells what will happen, `{amount}` being the money in
    question."""

    name: str
    says: str
    does: str
    act: Act
    tone: str = ""
    wants_instant: bool = False
    wants_amount: bool = False


def plainly(act: Callable[..., Answer], *given: Any, **more: Any) -> Act:
    """Such a deed by whoever orders it."""

    def ordered(context: Context, order: Order) -> Answer:
        return act(context, order.claim, *given, operator=order.operator, why=order.why, version=order.version, **more)

    return ordered
