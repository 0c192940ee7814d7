"""How a customer arrives: customer, subscription, first invoice and payment, or a trial."""

from tests.corpus import billing
from tests.corpus.life import DAY, Life
from tests.corpus.shapes import MONTH, PRICES, Body, item, items, shape


def sign_up(life: Life) -> str:
    """The id of the subscription; the user is named on it, on the customer or by the Checkout session."""
    uid, door = f"user-{life.number}", life.rng.choices(["subscription", "customer", "session"], [7, 2, 1])[0]
    customer = _customer(life, {"uid": uid} if door == "customer" else {})
    life.pause()
    trial = life.chance(0.1)
    subscription_id = _subscription(life, customer, {"uid": uid} if door == "subscription" else {}, trial=trial)
    (_begin_trial if trial else _pay_first)(life, subscription_id, customer)
    if door == "session":
        _complete_session(life, subscription_id, uid)
    return subscription_id


def _customer(life: Life, metadata: Body) -> Body:
    name, email = f"Customer {life.number}", f"c{life.number}@example.com"
    prefix = f"C{life.number:07X}"
    body = shape("customer", id=life.new_id("cus"), created=life.now, metadata=metadata, name=name, email=email)
    return life.begin("customer.created", {**body, "invoice_prefix": prefix}, asked=True)


def _subscription(life: Life, customer: Body, metadata: Body, *, trial: bool) -> str:
    subscription_id = life.new_id("sub")
    end = life.now + (14 * DAY if trial else MONTH)
    sold = item(life.new_id("si"), subscription_id, price_number=life.number % PRICES, start=life.now, end=end)
    body = shape(
        "subscription",
        id=subscription_id,
        customer=customer["id"],
        metadata=metadata,
        items=items(subscription_id, [sold]),
        latest_invoice=life.new_id("in"),
        status="trialing" if trial else "incomplete",
        default_payment_method=None,
        billing_mode={"type": "classic"} if life.chance(0.3) else shape("subscription")["billing_mode"],
        **dict.fromkeys(["created", "start_date"], life.now),
        billing_cycle_anchor=end if trial else life.now,
        **({"trial_start": life.now, "trial_end": end} if trial else {}),
    )
    life.begin("customer.subscription.created", body, asked=True)
    return subscription_id


def _pay_first(life: Life, subscription_id: str, customer: Body) -> None:
    subscription = life.objects[subscription_id]
    invoice_id = subscription["latest_invoice"]
    start, end = life.now, subscription["items"]["data"][0]["current_period_end"]
    billing.open_invoice(life, subscription, customer, start=start, end=end, reason="subscription_create")
    billing.finalize(life, invoice_id)
    life.pause()
    pi = billing.attempt(life, invoice_id)
    if life.chance(0.08):
        billing.decline(life, invoice_id, pi, retry_in=None)
        life.wait(life.rng.choice((0, 40)))
    life.pause()
    billing.pay(life, invoice_id, pi)
    life.pause()
    paid_by: Body = {"default_payment_method": "pm_1TVisa", "status": "active"}
    life.change(subscription_id, "customer.subscription.updated", **paid_by)
    settings = {**customer["invoice_settings"], "default_payment_method": "pm_1TVisa"}
    life.change(customer["id"], "customer.updated", currency="usd", invoice_settings=settings)
    if life.chance(0.03):
        life.wait(DAY)
        billing.refund(life, pi)


def _begin_trial(life: Life, subscription_id: str, customer: Body) -> None:
    """A first invoice of nothing is paid as it is finalized."""
    subscription = life.objects[subscription_id]
    free = [{**sold, "price": {**sold["price"], "unit_amount": 0}} for sold in subscription["items"]["data"]]
    gratis = {**subscription, "items": items(subscription_id, free)}
    end = subscription["trial_end"]
    billing.open_invoice(life, gratis, customer, start=life.now, end=end, reason="subscription_create")
    billing.finalize(life, subscription["latest_invoice"])
    billing.mark_paid(life, subscription["latest_invoice"], amount_paid=0, attempt_count=0)
    if life.chance(0.5):
        life.wait(11 * DAY)
        life.tell("customer.subscription.trial_will_end", subscription)


def _complete_session(life: Life, subscription_id: str, uid: str) -> None:
    subscription = life.objects[subscription_id]
    life.begin(
        "checkout.session.completed",
        shape(
            "checkout_session",
            id=life.new_id("cs_test"),
            client_reference_id=uid,
            created=subscription["created"] - 60,
            expires_at=subscription["created"] + DAY,
            customer=subscription["customer"],
            subscription=subscription_id,
            invoice=subscription["latest_invoice"],
        ),
    )
