"""What its payments say about an invoice: still on their way, or gone again."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentFacts:
    """One payment of an invoice; amounts in minor units, only refunds that succeeded count."""

    processing: bool
    captured: int
    refunded: int
    dispute_lost: bool


class Marks(NamedTuple):
    processing: bool
    money_gone: bool


def marks(payments: Iterable[PaymentFacts]) -> Marks:
    """`money_gone` only if money came and no payment of it is left: refunding a duplicate's extra cuts nothing."""
    several = list(payments)
    came = [payment for payment in several if payment.captured > 0]
    return Marks(
        processing=any(payment.processing for payment in several),
        money_gone=bool(came) and not any(_is_good(payment) for payment in came),
    )


def _is_good(payment: PaymentFacts) -> bool:
    return not payment.dispute_lost and payment.refunded < payment.captured
