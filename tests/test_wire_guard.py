"""The guard on the wire is not blind: it stops what a careless change of the product would send."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import stripe

from app.billing.context import Context
from app.sandbox.mock import intercept
from app.sandbox.world import World
from tests.support.wire_guard import WireGuard

ROOT = Path(__file__).parents[1]
ROGUE = compile("def act(): return call()", str(ROOT / "app" / "billing" / "rogue.py"), "exec")

MONEY = [
    ("post", "/v1/refunds", {"charge": "ch_1"}),
    ("post", "/v1/refunds", {"charge": "ch_1", "amount": 5, "reason": "duplicate"}),
    ("post", "/v1/refunds/re_1/cancel", {}),
    ("post", "/v1/charges/ch_1/refund", {}),
    ("post", "/v1/charges/ch_1/refunds", {}),
    ("post", "/v1/credit_notes", {"invoice": "in_1", "refund_amount": 5}),
    ("post", "/v1/credit_notes", {"invoice": "in_1", "credit_amount": 5}),
    ("post", "/v1/customers/cus_1/balance_transactions", {"amount": -5, "currency": "usd"}),
    ("post", "/v1/customers/cus_1/balance_transactions", {"amount": 5, "currency": "usd"}),
    ("post", "/v1/customers/cus_1", {"balance": -5}),
    ("post", "/v1/invoiceitems", {"customer": "cus_1", "amount": -5}),
    ("post", "/v1/payouts", {"amount": 5}),
]
PRORATION = [
    ("delete", "/v1/subscriptions/sub_1", {}),
    ("delete", "/v1/subscriptions/sub_1", {"prorate": "true", "invoice_now": "false"}),
    ("delete", "/v1/subscriptions/sub_1", {"prorate": "false"}),
    ("post", "/v1/subscriptions/sub_1", {"cancel_at_period_end": "true"}),
    ("post", "/v1/subscriptions/sub_1", {"proration_behavior": "create_prorations"}),
    ("post", "/v1/subscription_items/si_1", {"quantity": 2}),
    ("delete", "/v1/subscription_items/si_1", {}),
    ("post", "/v1/subscriptions/sub_1/pause", {}),
    ("post", "/v1/subscription_schedules/sub_sched_1", {}),
    ("post", "/v1/subscription_schedules/sub_sched_1/cancel", {}),
]
HARMLESS = [
    ("get", "/v1/refunds", {}),
    ("delete", "/v1/subscriptions/sub_1", {"prorate": "false", "invoice_now": "false"}),
    ("post", "/v1/subscriptions/sub_1", {"cancel_at_period_end": "true", "proration_behavior": "none"}),
    ("post", "/v1/subscription_schedules/sub_sched_1/release", {"preserve_cancel_date": "true"}),
    ("post", "/v1/invoices/in_1/void", {}),
]


@pytest.fixture
def product(context: Context, wire: WireGuard) -> Any:
    """Sends a request from within the product's code."""

    def send(method: str, path: str, params: dict[str, Any]) -> None:
        namespace: dict[str, Any] = {"call": lambda: context.stripe.client.raw_request(method, path, **params)}
        exec(ROGUE, namespace)  # noqa: S102
        namespace["act"]()

    with intercept(World(start=1_790_000_000)):
        yield send
    wire.complaints.clear()


@pytest.mark.parametrize(("method", "path", "params"), MONEY)
def test_no_money_goes_back_without_a_proof(product: Any, method: str, path: str, params: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        product(method, path, params)


@pytest.mark.parametrize(("method", "path", "params"), PRORATION)
def test_nothing_may_prorate(product: Any, method: str, path: str, params: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        product(method, path, params)


@pytest.mark.parametrize(("method", "path", "params"), HARMLESS)
def test_the_rest_is_sent(product: Any, wire: WireGuard, method: str, path: str, params: dict[str, Any]) -> None:
    with suppress(stripe.StripeError):  # the sandbox has no such object
        product(method, path, params)
    assert (wire.seen, wire.complaints) == (1, [])


def test_stripe_is_not_called_while_a_transaction_is_open(product: Any, context: Context) -> None:
    with context.db.write(), pytest.raises(AssertionError, match="a transaction is open"):
        product("get", "/v1/refunds", {})


def test_what_the_product_swallows_is_complained_about_all_the_same(product: Any, wire: WireGuard) -> None:
    with pytest.raises(AssertionError):
        product("post", "/v1/refunds", {"charge": "ch_1"})
    assert wire.complaints


def test_a_person_at_the_dashboard_is_not_the_product(context: Context, wire: WireGuard) -> None:
    with intercept(World(start=1_790_000_000)), pytest.raises(stripe.InvalidRequestError):
        context.stripe.client.raw_request("post", "/v1/refunds", charge="ch_1")
    assert wire.seen == 0
