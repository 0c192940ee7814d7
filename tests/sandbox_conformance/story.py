"""Some months of an account in which about everything happens that the sandbox can imitate."""

from __future__ import annotations

from tests.sandbox_conformance import payments, refunds, subscriptions
from tests.sandbox_conformance.recorder import Recorder
from tests.sandbox_conformance.shop import open_shop, sign_up

_KINDS = """
    charge.captured charge.dispute.closed charge.dispute.created charge.dispute.funds_reinstated
    charge.dispute.funds_withdrawn charge.dispute.updated charge.expired charge.failed charge.refunded
    charge.succeeded charge.updated checkout.session.completed checkout.session.expired credit_note.created
    credit_note.updated credit_note.voided customer.created customer.deleted customer.subscription.created
    customer.subscription.deleted customer.subscription.paused customer.subscription.resumed
    customer.subscription.trial_will_end customer.subscription.updated customer.updated invoice.created
    invoice.finalized invoice.marked_uncollectible invoice.overpaid invoice.paid invoice.payment_failed
    invoice.payment_succeeded invoice.sent invoice.updated invoice.voided invoice_payment.paid
    invoiceitem.created payment_intent.amount_capturable_updated payment_intent.canceled
    payment_intent.created payment_intent.payment_failed payment_intent.succeeded payment_method.attached
    payment_method.detached price.created price.updated product.created product.updated
    radar.early_fraud_warning.created radar.early_fraud_warning.updated refund.created refund.failed
    refund.updated subscription_schedule.canceled subscription_schedule.created
    subscription_schedule.released test_helpers.test_clock.advancing test_helpers.test_clock.created
    test_helpers.test_clock.deleted test_helpers.test_clock.ready
"""
#: What happens at least.
EVENTS = frozenset(_KINDS.split())
_LISTS = {
    "balance_transaction": "balance_transactions",
    "charge": "charges",
    "checkout.session": "checkout/sessions",
    "credit_note": "credit_notes",
    "customer": "customers",
    "dispute": "disputes",
    "event": "events",
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "payment_intent": "payment_intents",
    "payment_method": "payment_methods",
    "price": "prices",
    "product": "products",
    "radar.early_fraud_warning": "radar/early_fraud_warnings",
    "refund": "refunds",
    "subscription": "subscriptions",
    "subscription_schedule": "subscription_schedules",
    "webhook_endpoint": "webhook_endpoints",
}
#: What is answered with at least.
OBJECTS = frozenset({*_LISTS, "list", "test_helpers.test_clock", "subscription_item", "customer_balance_transaction"})


def play(record: Recorder) -> None:
    prices = open_shop(record)
    living = [
        sign_up(record, prices, mode=mode, metadata={"uid": f"{mode}-{what}"})
        for mode in ("flexible", "classic")
        for what in ("stays", "flag", "portal", "now", "undone", "upgrade")
    ]
    subscriptions.cancels(record, living)
    subscriptions.changes(record, prices, living)
    subscriptions.other_sign_ups(record, prices)
    subscriptions.pauses(record, prices)
    payments.checkouts(record, prices)
    payments.one_off_payments(record)
    payments.invoices_by_hand(record, prices)
    refunds.refunds(record)
    refunds.refusals(record)
    refunds.disputes(record)
    refunds.overpaid(record, prices)
    refunds.credit_notes(record, prices)
    refunds.holds(record)
    refunds.half_finished_checkouts(record, prices)
    refunds.receipts(record)
    subscriptions.schedules(record, prices)
    subscriptions.test_clocks(record, prices)
    payments.failing(record, prices)
    record.days(75)
    payments.farewell(record, prices)


def look_around(record: Recorder) -> None:
    """Every list to its end, and each thing in it by itself."""
    for name in _LISTS.values():
        after: dict[str, str] = {}
        while True:
            page = record.get(f"/v1/{name}", limit=100, **after)
            for one in page["data"][:40]:
                record.get(f"/v1/{name}/{one['id']}")
            if not page["has_more"]:
                break
            after = {"starting_after": page["data"][-1]["id"]}
    for sub in record.get("/v1/subscriptions", status="all", expand=["data.customer", "data.latest_invoice"])["data"]:
        record.get("/v1/subscription_items", subscription=sub["id"])
        record.get(f"/v1/subscription_items/{sub['items']['data'][0]['id']}")
        record.get(f"/v1/invoices/{sub['latest_invoice']['id']}/lines")
        if "deleted" not in sub["customer"]:
            record.get(f"/v1/customers/{sub['customer']['id']}/payment_methods", type="card")
        record.get("/v1/invoice_payments", invoice=sub["latest_invoice"]["id"])
