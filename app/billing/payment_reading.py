"""Reads everything that hangs on a payment at Stripe; what two payments share is read once and so looks the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.errors import StripeMissing
from app.policy.access_from_stripe import bills_subscription
from app.policy.duplicate_bodies import PaymentBodies
from app.policy.stripe_body import number, reference
from app.stripe_gateway import payments
from app.stripe_gateway.gateway import Gateway

Body = Mapping[str, Any]


class PaymentReader:
    """For one decision: nothing that it has read is read again."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._read: dict[tuple[str, str], Any] = {}

    def charge(self, charge: str) -> Body:
        found: Body = self._once(payments.charge, charge)
        return found

    def charges_of_customer(self, customer: str, *, since: int, until: int) -> Sequence[Body]:
        return payments.charges_of_customer(self._gateway, customer, since=since, until=until)

    def charges_of_intent(self, intent: str) -> list[Body]:
        found: list[Body] = self._once(payments.charges_of_intent, intent)
        return found

    def surface(self, charge: Body) -> PaymentBodies:
        """What the charge and its payment intent show without further calls."""
        intent = charge.get("payment_intent")
        return PaymentBodies(charge=charge, payment_intent=intent if isinstance(intent, Mapping) else None)

    def whole(self, charge: Body) -> PaymentBodies:
        name, intent, customer = (reference(charge.get(key)) for key in ("id", "payment_intent", "customer"))
        linked = self._invoice_payments(intent)
        invoice = self._invoice(linked)
        bills = bills_subscription(invoice) if invoice else None
        payer = self._once(_payer, customer)
        here = None if payer is None or payer.get("deleted") else customer
        return PaymentBodies(
            charge=charge,
            payment_intent=self.surface(charge).payment_intent,
            invoice_payments=linked,
            invoice=invoice,
            subscription=self._once(payments.subscription, bills),
            customer=payer,
            checkout_session=self._checkout_session(charge, intent, bills, None if linked else here),
            balance_transactions=self._once(payments.balance_transactions_of, here) or (),
            refunds=self._once(payments.refunds_of, name) or (),
            disputes=self._once(payments.disputes_of, name) or (),
            fraud_warnings=self._once(payments.fraud_warnings_of, name) or (),
            credit_notes=self._once(payments.credit_notes_of, reference(invoice)) or (),
        )

    def _invoice_payments(self, intent: str | None) -> list[Body]:
        """Those of the payment, and of every invoice that it paid."""
        own = self._once(payments.invoice_payments_of_intent, intent) or []
        invoices = sorted({invoice for each in own if (invoice := reference(each.get("invoice")))})
        rows = [*own, *(row for each in invoices for row in self._once(payments.invoice_payments_of_invoice, each))]
        return [row for _, row in sorted({str(row["id"]): row for row in rows}.items())]

    def _invoice(self, linked: list[Body]) -> Body | None:
        """The one that was paid with it, else one that may still be."""
        links = sorted(linked, key=lambda row: (row.get("status") != "paid", row["id"]))
        found: Body | None = self._once(payments.invoice, reference(links[0].get("invoice")) if links else None)
        return found

    def _checkout_session(
        self, charge: Body, intent: str | None, subscription: str | None, unlinked: str | None
    ) -> Body | None:
        """While a session is open it names neither its payment intent nor its subscription: its customer tells."""
        by_intent: Body | None = self._once(payments.checkout_session_of, intent)
        made = self._once(payments.checkout_sessions_of_subscription, subscription) or []
        still_open = self._once(payments.open_checkout_sessions_of_customer, unlinked) or []
        fitting = [session for session in still_open if _may_have_taken(session, charge)]
        return by_intent or next(iter([*made, *fitting]), None)

    def _once(self, read: Callable[[Gateway, str], Any], object_id: str | None) -> Any:
        if object_id is None:
            return None
        key = (read.__name__, object_id)
        if key not in self._read:
            self._read[key] = read(self._gateway, object_id)
        return self._read[key]


def _payer(gateway: Gateway, customer: str) -> Body:
    """Of one who went with a test clock Stripe does not even say that they are deleted."""
    try:
        return payments.customer(gateway, customer)
    except StripeMissing:
        return {"id": customer, "deleted": True}


def _may_have_taken(session: Body, charge: Body) -> bool:
    began_before = number(session.get("created")) <= number(charge.get("created"))
    return began_before and session.get("amount_total") == charge.get("amount")
