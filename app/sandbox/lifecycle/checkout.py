"""A customer on Stripe's payment page: pays first, then the subscription comes into being."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import paying, signup
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.cards import attach, decline_of, method_named
from app.sandbox.refusal import card_declined, invalid, no_such
from app.sandbox.shapes import subscription as shapes
from app.sandbox.shapes.customer import customer as new_customer
from app.sandbox.state.plain import Json, copied


def complete(account: Account, session_id: str, *, card: str) -> Json:
    session = account.store.get("checkout.session", session_id)
    if session is None:
        raise no_such("checkout session", session_id)
    if session["status"] != "open":
        raise invalid(f"This session is {session['status']}.")
    method = method_named(account, card, param="payment_method")
    customer = _customer(account, session)
    if session["mode"] == "subscription":
        _subscribe(account, session, customer, method)
    else:
        _pay_once(account, session, customer, method)
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


def _subscribe(account: Account, session: Json, customer: Json | None, method: Json) -> None:
    """The first payment succeeds or nothing is made: a declined card leaves no incomplete subscription."""
    assert customer is not None  # noqa: S101  # subscription mode always makes one
    data = account.checkout_data[session["id"]]["subscription_data"]
    trial = bool(data.get("trial_period_days") or data.get("trial_end"))
    decline = decline_of(account, method)
    if decline is not None:
        if not trial:
            intent = paying.open_intent(
                account, amount=session["amount_total"], currency=session["currency"], customer=customer["id"]
            )
            paying.attempt(account, intent, method)
        raise card_declined(decline)
    attach(account, method, customer)
    sub = _built(account, session, customer, data)
    sub["default_payment_method"] = method["id"]
    signup.begin(account, sub, collect_now=True)
    session |= {"subscription": sub["id"], "invoice": sub["latest_invoice"]}
    session["payment_status"] = "no_payment_required" if session["amount_total"] == 0 or trial else "paid"


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


def _pay_once(account: Account, session: Json, customer: Json | None, method: Json) -> None:
    data = account.checkout_data[session["id"]]["payment_intent_data"]
    intent = paying.open_intent(
        account,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=customer["id"] if customer else None,
        metadata=data.get("metadata", {}),
        description=data.get("description"),
    )
    decline = paying.attempt(account, intent, method)
    if decline is not None:
        raise card_declined(decline)
    session |= {"payment_intent": intent["id"], "payment_status": "paid"}


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
