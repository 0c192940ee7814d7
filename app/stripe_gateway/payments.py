"""What Stripe says now about payments and all that hangs on them; it reads only, each list to its end."""

from app.stripe_gateway.answers import ask
from app.stripe_gateway.fetched import Body
from app.stripe_gateway.fetching import fetch
from app.stripe_gateway.gateway import Gateway
from app.stripe_gateway.lists import whole_list

EVENT_SLACK = 60  # seconds between an object and its event

_WITH_CHARGE = ["payment_intent", "balance_transaction"]
_WITH_CHARGES = [f"data.{name}" for name in _WITH_CHARGE]


def charge(gateway: Gateway, charge_id: str) -> Body:
    """With its payment intent, and with its balance transaction, which tells when the money was taken."""
    retrieve = gateway.client.v1.charges.retrieve
    return ask(gateway, "charge", lambda: retrieve(charge_id, {"expand": _WITH_CHARGE})).fetched.body


def charges_of_customer(gateway: Gateway, customer: str, *, since: int, until: int) -> list[Body]:
    """Those made between the two instants, as `charge` shows them."""
    made = {"gte": since, "lte": until}
    return whole_list(gateway.client.v1.charges.list, customer=customer, created=made, expand=_WITH_CHARGES)


def charges_of_intent(gateway: Gateway, payment_intent: str) -> list[Body]:
    return whole_list(gateway.client.v1.charges.list, payment_intent=payment_intent, expand=_WITH_CHARGES)


def invoice_payments_of_intent(gateway: Gateway, payment_intent: str) -> list[Body]:
    paid_by = {"type": "payment_intent", "payment_intent": payment_intent}
    return whole_list(gateway.client.v1.invoice_payments.list, payment=paid_by)


def invoice_payments_of_invoice(gateway: Gateway, invoice_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.invoice_payments.list, invoice=invoice_id)


def invoice(gateway: Gateway, invoice_id: str) -> Body:
    """With all its lines, and with what was paid elsewhere, which only shows when asked for."""
    retrieve = gateway.client.v1.invoices.retrieve
    expand = ["amount_paid_off_stripe"]
    return ask(gateway, "invoice", lambda: retrieve(invoice_id, {"expand": expand})).fetched.body


def subscription(gateway: Gateway, subscription_id: str) -> Body:
    return fetch(gateway, "subscription", subscription_id).body


def customer(gateway: Gateway, customer_id: str) -> Body:
    """A deleted one has little more than `deleted`."""
    return fetch(gateway, "customer", customer_id).body


def checkout_session_of(gateway: Gateway, payment_intent: str) -> Body | None:
    found = whole_list(gateway.client.v1.checkout.sessions.list, payment_intent=payment_intent)
    return found[0] if found else None


def checkout_sessions_of_subscription(gateway: Gateway, subscription_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.checkout.sessions.list, subscription=subscription_id)


def open_checkout_sessions_of_customer(gateway: Gateway, customer_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.checkout.sessions.list, customer=customer_id, status="open")


def refunds_of(gateway: Gateway, charge_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.refunds.list, charge=charge_id)


def refund_creations(gateway: Gateway, *, about: int) -> list[Body]:
    """The events of refunds that were made around that instant, each with the request that made it."""
    around = {"gte": about - EVENT_SLACK, "lte": about + EVENT_SLACK}
    return whole_list(gateway.client.v1.events.list, type="refund.created", created=around)


def disputes_of(gateway: Gateway, charge_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.disputes.list, charge=charge_id)


def fraud_warnings_of(gateway: Gateway, charge_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.radar.early_fraud_warnings.list, charge=charge_id)


def credit_notes_of(gateway: Gateway, invoice_id: str) -> list[Body]:
    return whole_list(gateway.client.v1.credit_notes.list, invoice=invoice_id)


def balance_transactions_of(gateway: Gateway, customer_id: str) -> list[Body]:
    """What changed the customer's credit balance."""
    listing = gateway.client.v1.customers.balance_transactions.list
    return whole_list(lambda params: listing(customer_id, params))
