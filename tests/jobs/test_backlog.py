"""What waits, and what is not asked of Stripe, is in the metrics."""

from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from app.billing.context import Context
from app.billing.stripe_rest import asking, failed
from app.errors import StripeUnavailable
from jobs.backlog import count
from tests.support.fetch_wishes import ask, wish
from tests.support.product import HandClock


def metric(name: str, what: str) -> float | None:
    return REGISTRY.get_sample_value(name, {"what": what})


def test_it_shows_what_stripe_has_trouble_with(context: Context, clock: HandClock) -> None:
    ask(context.db, wish("sub_1"))
    failed(context, StripeUnavailable("busy", status=503))
    failed(context, StripeUnavailable("no", status=500), kind="invoice")
    assert count(context).pending_fetches == 1
    assert metric("paidthrough_waiting", "pending_fetches") == 1
    assert [metric("paidthrough_stripe_rests", what) for what in ("*", "invoice", "charge")] == [1, 1, 0]
    clock.advance(timedelta(seconds=2))
    with pytest.raises(StripeUnavailable), asking(context, "invoice"):
        raise StripeUnavailable("no", status=500)
    count(context)
    told = [metric("paidthrough_stripe_rests", what) for what in ("*", "invoice", "charge")]
    assert told == [0, 2, 0], "Stripe has answered, though not about invoices"
