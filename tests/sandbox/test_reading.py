"""Reading: pages, cursors, filters, expansion, and the headers of every answer."""

from email.utils import parsedate_to_datetime

from tests.sandbox.stage import DAY, NOON, Stage


def test_events_page_backwards_from_the_newest_and_forwards_from_a_cursor(stage: Stage) -> None:
    for _ in range(12):
        stage.customer(card=None)
    ids = [it["id"] for it in stage.world.events]
    walked = [it.id for it in stage.stripe.v1.events.list({"limit": 5}).auto_paging_iter()]
    assert walked == ids[::-1]
    later = stage.stripe.v1.events.list({"ending_before": ids[2], "limit": 4})
    assert [it.id for it in later.auto_paging_iter()] == ids[3:]


def test_events_are_filtered(stage: Stage) -> None:
    stage.subscribe()
    stage.world.advance(DAY)
    stage.customer(card=None)
    listed = stage.stripe.v1.events.list
    kinds = ["invoice.paid", "customer.created"]
    found = [it.type for it in listed({"types": kinds}).data]
    assert found == ["customer.created", "invoice.paid", "customer.created"]
    assert [it.type for it in listed({"type": "invoice.*", "limit": 3}).data][-1] == "invoice.updated"
    assert [it.type for it in listed({"created": {"gte": NOON + DAY}}).data] == ["customer.created"]


def test_events_are_kept_for_thirty_days(stage: Stage) -> None:
    stage.customer(card=None)
    stage.world.advance(30 * DAY + 1)
    assert stage.stripe.v1.events.list().data == []


def test_canceled_subscriptions_are_listed_only_on_request(stage: Stage) -> None:
    customer = stage.customer()
    first, second = stage.subscribe(customer), stage.subscribe(customer)
    stage.stripe.v1.subscriptions.cancel(first["id"])
    listed = stage.stripe.v1.subscriptions.list
    assert [it.id for it in listed({"customer": customer}).data] == [second["id"]]
    assert len(listed({"customer": customer, "status": "all"}).data) == 2
    assert [it.id for it in listed({"status": "ended"}).data] == [first["id"]]


def test_invoice_payments_are_found_from_both_sides(stage: Stage) -> None:
    sub = stage.subscribe()
    client = stage.stripe.v1.invoice_payments
    [payment] = client.list({"invoice": sub["latest_invoice"]}).data
    intent = str(payment.payment.payment_intent)
    found = client.list({"payment": {"type": "payment_intent", "payment_intent": intent}})
    assert [it.id for it in found.data] == [payment.id]
    assert client.retrieve(payment.id).invoice == sub["latest_invoice"]
    [charge] = stage.stripe.v1.charges.list({"payment_intent": intent}).data
    assert (charge.amount_captured, charge.payment_intent) == (2000, intent)


def test_includable_fields_are_there_only_on_request(stage: Stage) -> None:
    sub = stage.subscribe()
    plain = stage.get("invoices", sub["latest_invoice"])
    assert not {"payments", "confirmation_secret", "amount_paid_off_stripe"} & plain.keys()
    full = stage.get(
        "invoices", sub["latest_invoice"], "payments", "customer", "parent.subscription_details.subscription"
    )
    assert full["payments"]["data"][0]["status"] == "paid"
    assert full["parent"]["subscription_details"]["subscription"]["id"] == sub["id"]
    intent = full["payments"]["data"][0]["payment"]["payment_intent"]
    charge = stage.get("payment_intents", intent, "latest_charge.refunds")["latest_charge"]
    assert charge["refunds"]["data"] == []
    assert "payments" not in stage.last("invoice.paid")["data"]["object"]


def test_lists_expand_through_data(stage: Stage) -> None:
    stage.subscribe()
    page = stage.stripe.v1.subscriptions.list({"expand": ["data.latest_invoice", "data.items.data.price.product"]})
    [sub] = page.data
    assert getattr(sub.latest_invoice, "status", None) == "paid"
    assert getattr(sub.items.data[0].price.product, "name", None) == "Pro"


def test_subscription_items_can_be_paged(stage: Stage) -> None:
    sub = stage.subscribe(items=[{"price": stage.monthly}, {"price": stage.yearly}])
    items = stage.stripe.v1.subscription_items.list({"subscription": sub["id"], "limit": 1})
    assert len(list(items.auto_paging_iter())) == 2


def test_answers_carry_stripes_time_version_and_request(stage: Stage) -> None:
    stage.world.advance(DAY)
    response = stage.world.request("GET", "/v1/customers", headers={"Authorization": "Bearer sk_test_1"})
    assert parsedate_to_datetime(response.headers["Date"]).timestamp() == NOON + DAY
    assert response.headers["Stripe-Version"] == "2026-10-28.endive"
    assert response.headers["Request-Id"].startswith("req_")


def test_one_off_payments_keep_their_order(stage: Stage) -> None:
    intent = stage.stripe.v1.payment_intents.create(
        {
            "amount": 900,
            "currency": "usd",
            "customer": stage.customer(),
            "payment_method": "pm_card_visa",
            "confirm": True,
            "metadata": {"order_id": "o-1"},
        }
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 900)
    charge = stage.get("charges", str(intent.latest_charge))
    assert charge["metadata"] == {"order_id": "o-1"}


def test_a_renamed_product_is_told(stage: Stage) -> None:
    stage.stripe.v1.products.update(stage.product, {"name": "Pro plus"})
    assert stage.world.events[-1]["data"]["previous_attributes"] == {"name": "Pro"}
