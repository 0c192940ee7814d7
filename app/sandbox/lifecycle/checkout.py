"""A customer on Stripe's payment page: pays first, then the subscription comes into being."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import paying, signup
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.cards import attach, decline_of, method_named
from app.sandbox.lifecycle.customer_balance import SMALLEST_CHARGE
from app.sandbox.refusal import card_declined, invalid, no_such
from app.sandbox.shapes import subscription as shapes
from app.sandbox.shapes.customer import customer as new_customer
from app.sandbox.state.plain import Json, copied


def pay(account: Account, session_id: str, *, card: str) -> Json:
    """The money is taken; the session is still open, and nothing has come into being for it."""
    session = _open_session(account, session_id)
    method, customer = method_named(account, card, param="payment_method"), _customer(account, session)
    if session_id in account.checkout_payments or not _due(account, session, customer):
        raise invalid("There is nothing to pay.")
    return copied(_paid(account, session, customer, method))


def complete(account: Account, session_id: str, *, card: str) -> Json:
    session = _open_session(account, session_id)
    method = method_named(account, card, param="payment_method")
    customer = _customer(account, session)
    is_paid = session_id in account.checkout_payments
    intent = _paid(account, session, customer, method) if is_paid or _due(account, session, customer) else None
    if session["mode"] == "subscription":
        _subscribe(account, session, customer, method, intent)
    elif intent is not None:
        session |= {"payment_intent": intent["id"], "payment_status": "paid"}
    session |= {"status": "complete", "customer": customer["id"] if customer else None}
    session["customer_details"] = _details(customer, session)
    session["url"] = None
    account.emit("completed", session)
    return copied(session)


def expire(account: Account, session: Json) -> None:
    if session["status"] == "open":
        session |= {"status": "expired", "url": None}
        account.emit("expired", session)


def _customer(account: Account, session: Json) -> Json | None:
    if session["customer"] is not None:
        return account.customer(session["customer"])
    if session["customer_creation"] == "if_required":
        return None
    email = session["customer_email"] or "customer@example.com"
    made = new_customer(account, account.now(), email=email, name="Checkout Customer")
    session["customer"] = made["id"]
    return account.add(made)


def _open_session(account: Account, session_id: str) -> Json:
    session = account.store.get("checkout.session", session_id)
    if session is None:
        raise no_such("checkout session", session_id)
    if session["status"] != "open":
        raise invalid(f"This session is {session['status']}.")
    return session


def _due(account: Account, session: Json, customer: Json | None) -> int:
    """A subscription's first invoice takes the customer's balance into account."""
    if _trial(account, session):
        return 0
    balance = customer["balance"] if customer and session["mode"] == "subscription" else 0
    due = int(session["amount_total"] + balance)
    return due if due >= SMALLEST_CHARGE else 0


def _trial(account: Account, session: Json) -> bool:
    data = account.checkout_data[session["id"]]["subscription_data"]
    return bool(data.get("trial_period_days") or data.get("trial_end"))


def _paid(account: Account, session: Json, customer: Json | None, method: Json) -> Json:
    """The payment intent that paid; a declined card leaves a failed one, and the session stays open."""
    known = account.checkout_payments.get(session["id"])
    if known is not None:
        return account.need("payment_intent", known)
    intent = paying.open_intent(
        account,
        amount=_due(account, session, customer),
        currency=session["currency"],
        customer=customer["id"] if customer else None,
        **_intent_fields(account, session),
    )
    decline = paying.attempt(account, intent, method)
    if decline is not None:
        raise card_declined(decline)
    account.checkout_payments[session["id"]] = intent["id"]
    return intent


def _intent_fields(account: Account, session: Json) -> Json:
    data = account.checkout_data[session["id"]]["payment_intent_data"]
    fields: Json = {"metadata": data.get("metadata", {}), "description": data.get("description")}
    if session["mode"] == "subscription":
        fields |= {"description": "Subscription creation", "setup_future_usage": "off_session"}
    if account.variants.checkout_fills_order_reference:
        fields["payment_details"] = {"customer_reference": None, "order_reference": session["id"][:25]}
    return fields


def _subscribe(account: Account, session: Json, customer: Json | None, method: Json, intent: Json | None) -> None:
    """Only what is paid is made: a declined card leaves no incomplete subscription."""
    assert customer is not None  # noqa: S101  # subscription mode always makes one
    decline = decline_of(account, method)
    if intent is None and decline is not None:
        raise card_declined(decline)
    paid_with = method if intent is None else account.need("payment_method", intent["payment_method"])
    attach(account, paid_with, customer)
    sub = _built(account, session, customer, account.checkout_data[session["id"]]["subscription_data"])
    sub["default_payment_method"] = paid_with["id"]
    signup.begin(account, sub, collect_now=True, paid_by=intent)
    session |= {"subscription": sub["id"], "invoice": sub["latest_invoice"]}
    session["payment_status"] = "no_payment_required" if intent is None else "paid"


def _built(account: Account, session: Json, customer: Json, data: Json) -> Json:
    now = account.now(customer)
    sub = shapes.subscription(
        account,
        now,
        billing_mode=data.get("billing_mode", {}).get("type", "flexible"),
        customer=customer["id"],
        test_clock=customer["test_clock"],
        currency=session["currency"],
        metadata=data.get("metadata", {}),
        description=data.get("description"),
    )
    lines = [it for it in account.store.of("item", session["id"]) if it["price"]["type"] == "recurring"]
    items = [shapes.item(account, sub, it["price"], now=now, quantity=it["quantity"]) for it in lines]
    sub["items"] |= {"data": items, "total_count": len(items)}
    sub["trial_settings"]["end_behavior"] |= data.get("trial_settings", {}).get("end_behavior", {})
    days = data.get("trial_period_days")
    trial_end = now + days * DAY if days else data.get("trial_end")
    if trial_end:
        sub |= {"trial_start": now, "trial_end": trial_end, "billing_cycle_anchor": trial_end}
    return sub


def _details(customer: Json | None, session: Json) -> Json:
    known = customer or {}
    return {
        "address": None,
        "business_name": None,
        "email": known.get("email") or session["customer_email"],
        "individual_name": None,
        "name": known.get("name"),
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
