"""What the decision about a cancellation looks at: the subscription, what was asked when, and the renewal's invoice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.policy.access_facts import SubscriptionFacts
from app.policy.access_from_stripe import subscription_facts
from app.policy.access_subscription import INCOMPLETE, OVER
from app.policy.cancellation_steps import Step
from app.policy.instants import from_epoch

_TOLD = from_epoch(1)  # a period before this stands for one that Stripe did not tell


@dataclass(frozen=True, kw_only=True, slots=True)
class RenewalInvoice:
    """The subscription's newest invoice. `amount_due` of a draft is what would be left to collect once finalized."""

    invoice: str
    status: str
    billing_reason: str | None
    auto_advance: bool
    total: int
    amount_due: int

    @property
    def bills_a_renewal(self) -> bool:
        return self.billing_reason in ("subscription_cycle", "subscription_threshold")


@dataclass(frozen=True, kw_only=True, slots=True)
class CancellationFacts:
    """`now` and `asked_at` are the subscription's clock; `found_period_end` is the end of the cycle that the request
    found. `done` and `refused` are the steps taken at Stripe for this request, and those that Stripe refused."""

    subscription: SubscriptionFacts
    schedule: str | None
    now: datetime
    asked_at: datetime
    found_period_end: datetime | None
    renewal: RenewalInvoice | None = None
    done: frozenset[Step] = frozenset()
    refused: frozenset[Step] = frozenset()

    @property
    def over(self) -> bool:
        return self.subscription.status in OVER or self.subscription.ended_at is not None

    @property
    def incomplete(self) -> bool:
        return self.subscription.status in INCOMPLETE

    @property
    def cycle_end(self) -> datetime | None:
        """Where items have cycles of different lengths, Stripe ends the subscription with the earliest."""
        return min(self._period_ends, default=None)

    @property
    def ends_at(self) -> datetime | None:
        """When it ended or will end; all three fields count, and of two planned ends the earlier."""
        told = self.subscription
        if told.ended_at is not None:
            return told.ended_at
        planned = (told.cancel_at, self.cycle_end if told.cancel_at_period_end else None)
        return min((end for end in planned if end is not None), default=None)

    @property
    def will_not_renew(self) -> bool:
        """An end further away (a fixed term) leaves renewals before it. The portal names the last item's end."""
        if self.subscription.cancel_at_period_end:
            return True
        end, last = self.subscription.cancel_at, max(self._period_ends, default=None)
        return end is not None and last is not None and end <= last

    @property
    def renewed_though_asked_in_time(self) -> bool:
        """A cycle began after the one that the request found, and the request came before that one's end."""
        found = self.found_period_end
        if found is None or self.asked_at >= found:
            return False
        return any(item.period_start >= found for item in self.subscription.items)

    @property
    def _period_ends(self) -> list[datetime]:
        return [item.period_end for item in self.subscription.items if item.period_end > _TOLD]


def schedule_of(body: Mapping[str, Any]) -> str | None:
    """The plan that governs a subscription."""
    value = body.get("schedule")
    found = value.get("id") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) and found else None


def cancellation_facts(
    body: Mapping[str, Any], *, now: datetime, asked_at: datetime, found_period_end: datetime | None
) -> CancellationFacts:
    return CancellationFacts(
        subscription=subscription_facts(body),
        schedule=schedule_of(body),
        now=now,
        asked_at=asked_at,
        found_period_end=found_period_end,
    )


def renewal_invoice(body: Mapping[str, Any]) -> RenewalInvoice:
    reason = body.get("billing_reason")
    return RenewalInvoice(
        invoice=str(body.get("id")),
        status=str(body.get("status")),
        billing_reason=reason if isinstance(reason, str) else None,
        auto_advance=body.get("auto_advance") is True,
        total=_amount(body, "total"),
        amount_due=_amount(body, "amount_due"),
    )


def _amount(body: Mapping[str, Any], name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) else 0
