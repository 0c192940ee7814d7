"""What shall become of the next refund, where that is not to succeed at once."""

from dataclasses import dataclass
from typing import Literal

Waiting = Literal["pending", "requires_action"]
PendingReason = Literal["charge_pending", "insufficient_funds", "processing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPlan:
    status: Waiting = "pending"
    pending_reason: PendingReason = "processing"
    settles_in: int | None = None  # seconds; None waits until it is settled by hand
