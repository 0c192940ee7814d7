"""How Stripe bills: an invoice's way from draft to paid, its payment, charge and refund, and how that fails."""

from typing import Any

from tests.corpus.life import Life
from tests.corpus.shapes import Body, draft, line, shape


def open_invoice(life: Life, subscription: Body, customer: Body, *, start: int, end: int, reason: str) -> Body:
    """Tells of the draft; the subscription names it as its latest."""
    invoice_id: str = subscription["latest_invoice"]
    lines = [line(life.new_id("il"), invoice=invoice_id, subscription=subscription, start=start, end=end)]
    body = draft(invoice_id, subscription=subscription, customer=customer, lines=lines, now=life.now, reason=reason)
    return life.begin("invoice.created", body)


def finalize(life: Life, invoice_id: str) -> None:
    """Some finalizations are told twice: as what happened, and as an update with the old values."""
    old = life.objects[invoice_id]
    token = f"{life.rng.getrandbits(64):x}"
    changes: Body = {
        "status": "open",
        "number": f"{life.tag.upper()}-{life.new_id('n')[-8:-5]}",
        "effective_at": life.now,
        "ending_balance": 0,
        "hosted_invoice_url": f"https://invoice.stripe.com/i/acct_corpus/test_{token}",
        "invoice_pdf": f"https://pay.stripe.com/invoice/acct_corpus/test_{token}/pdf",
        "webhooks_delivered_at": old["created"],
        "status_transitions": {**old["status_transitions"], "finalized_at": life.now},
    }
    body = life.change(invoice_id, "invoice.finalized", **changes)
    if life.chance(0.3):
        life.tell("invoice.updated", body, old=old)


def attempt(life: Life, invoice_id: str) -> str:
    """A payment intent for the invoice; its id."""
    invoice = life.objects[invoice_id]
    pi = life.new_id("pi")
    amount = invoice["amount_due"]
    intent = shape(
        "payment_intent",
        id=pi,
        amount=amount,
        amount_received=0,
        created=life.now,
        customer=invoice["customer"],
        client_secret=f"{pi}_secret_corpus",
        status="requires_payment_method",
        latest_charge=None,
        payment_method=None,
        description="Subscription creation",
    )
    life.begin("payment_intent.created", intent)
    return pi


def pay(life: Life, invoice_id: str, pi: str) -> None:
    """The money comes: charge, intent, invoice payment, then the invoice in three or four events."""
    charge_id = _charge(life, pi, succeeded=True)
    intent = life.objects[pi]
    taken: Body = {"status": "succeeded", "latest_charge": charge_id, "amount_received": intent["amount"]}
    life.change(pi, "payment_intent.succeeded", **taken, payment_method="pm_1TVisa", last_payment_error=None)
    life.pause()
    _settle_payment(life, invoice_id, pi)
    invoice = life.objects[invoice_id]
    mark_paid(life, invoice_id, amount_paid=invoice["amount_due"], attempt_count=invoice["attempt_count"] + 1)
    if life.chance(0.3):
        transaction = f"txn_{charge_id[3:]}"
        life.change(charge_id, "charge.updated", balance_transaction=transaction)


def mark_paid(life: Life, invoice_id: str, *, amount_paid: int, attempt_count: int) -> None:
    old = life.objects[invoice_id]
    changes: dict[str, Any] = {
        "status": "paid",
        "amount_paid": amount_paid,
        "amount_remaining": 0,
        "attempted": True,
        "attempt_count": attempt_count,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": {**old["status_transitions"], "paid_at": life.now},
    }
    if life.chance(0.85):
        life.change(invoice_id, "invoice.updated", **changes)
    told = life.change(invoice_id, "invoice.paid", **changes)
    life.pause()
    life.tell("invoice.payment_succeeded", told)


def decline(life: Life, invoice_id: str, pi: str, *, retry_in: int | None) -> None:
    """The card says no: the invoice stays open and may be tried again."""
    charge_id = _charge(life, pi, succeeded=False)
    error = {"code": "card_declined", "decline_code": "insufficient_funds", "type": "card_error", "charge": charge_id}
    life.change(pi, "payment_intent.payment_failed", latest_charge=charge_id, last_payment_error=error)
    old = life.objects[invoice_id]
    changes: dict[str, Any] = {
        "attempted": True,
        "attempt_count": old["attempt_count"] + 1,
        "next_payment_attempt": life.now + retry_in if retry_in else None,
    }
    told = life.change(invoice_id, "invoice.updated", **changes)
    life.tell("invoice.payment_failed", told)


def refund(life: Life, pi: str) -> None:
    intent = life.objects[pi]
    charge = intent["latest_charge"]
    body = shape(
        "refund",
        id=life.new_id("re"),
        amount=intent["amount"],
        charge=charge,
        created=life.now,
        customer=intent["customer"],
        payment_intent=pi,
        balance_transaction=None,
        status="pending",
        metadata={},
    )
    life.begin("refund.created", body, asked=True)
    life.change(body["id"], "refund.updated", status="succeeded", balance_transaction=f"txn_{body['id'][3:]}")
    life.change(charge, "charge.refunded", amount_refunded=intent["amount"], refunded=True)


def _charge(life: Life, pi: str, *, succeeded: bool) -> str:
    intent = life.objects[pi]
    charge_id = life.new_id("ch")
    amount = intent["amount"]
    fate: Body = {"status": "succeeded", "paid": True, "captured": True, "amount_captured": amount}
    if not succeeded:
        fate = {"status": "failed", "paid": False, "captured": False, "amount_captured": 0}
        fate |= {"failure_code": "card_declined", "failure_message": "Your card has insufficient funds."}
    body = shape(
        "charge",
        id=charge_id,
        amount=amount,
        created=life.now,
        customer=intent["customer"],
        payment_intent=pi,
        payment_method="pm_1TVisa",
        balance_transaction=None,
        receipt_url=f"https://pay.stripe.com/receipts/payment/{charge_id}" if succeeded else None,
        **fate,
    )
    life.begin("charge.succeeded" if succeeded else "charge.failed", body)
    return charge_id


def _settle_payment(life: Life, invoice_id: str, pi: str) -> None:
    amount = life.objects[pi]["amount"]
    body = shape(
        "invoice_payment",
        id=life.new_id("inpay"),
        invoice=invoice_id,
        amount_requested=amount,
        amount_paid=amount,
        created=life.now,
        payment={"payment_intent": pi, "type": "payment_intent"},
        status_transitions={"canceled_at": None, "paid_at": life.now},
    )
    life.begin("invoice_payment.paid", body)
