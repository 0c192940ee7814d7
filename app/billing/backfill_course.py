"""In which order a backfill reads Stripe's lists: what access depends on comes before the subscription itself, so that
its first answer is the right one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from app.db import clock_residents
from app.db.engine import Tx

ALL = ("",)
Scopes = Callable[[Tx], list[str]]


def _whole(_tx: Tx) -> list[str]:
    return list(ALL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """One list of a kind, or with `by` one list for each of `scopes`, which are known only when its turn comes."""

    kind: str
    by: str | None = None
    scopes: Scopes = _whole
    fixed: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.by or 'all'}"

    def only(self, scope: str) -> dict[str, Any]:
        return {**self.fixed, **({self.by: scope} if self.by else {})}


def _with_clocks(kind: str, by: str, scopes: Scopes, **fixed: Any) -> tuple[Leg, Leg]:
    """The list of everything, and those of what lives on test clocks, which Stripe leaves out of it."""
    return Leg(kind=kind, fixed=fixed), Leg(kind=kind, by=by, scopes=scopes, fixed=fixed)


COURSE: tuple[Leg, ...] = (
    Leg(kind="test_helpers.test_clock"),
    Leg(kind="product"),
    Leg(kind="price"),
    *_with_clocks("customer", "test_clock", clock_residents.clocks),
    *_with_clocks("payment_intent", "customer", clock_residents.customers),
    *_with_clocks("charge", "customer", clock_residents.customers),
    *_with_clocks("refund", "charge", clock_residents.charges),
    *_with_clocks("dispute", "charge", clock_residents.charges),
    *_with_clocks("radar.early_fraud_warning", "charge", clock_residents.charges),
    *_with_clocks("invoice", "customer", clock_residents.customers),
    # After the invoices: those on test clocks are asked for one by one.
    *_with_clocks("invoice_payment", "invoice", clock_residents.invoices),
    *_with_clocks("credit_note", "customer", clock_residents.customers),
    *_with_clocks("checkout.session", "customer", clock_residents.customers),
    *_with_clocks("subscription_schedule", "customer", clock_residents.customers),
    *_with_clocks("subscription", "test_clock", clock_residents.clocks, status="all"),
)
