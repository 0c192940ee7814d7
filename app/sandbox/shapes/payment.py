"""Payment intents and charges."""

from app.sandbox.account import Account
from app.sandbox.shapes.customer import billing_details
from app.sandbox.state.plain import Json, nulls


def payment_intent(account: Account, *, amount: int, currency: str, customer: str | None, **given: object) -> Json:
    intent_id = account.ids.new("pi")
    return {
        "id": intent_id,
        "object": "payment_intent",
        **nulls(
            "allowed_payment_method_types application application_fee_amount automatic_payment_methods"
            " canceled_at cancellation_reason customer_account description excluded_payment_method_types"
            " last_payment_error latest_charge next_action on_behalf_of payment_method"
            " payment_method_configuration_details processing receipt_email review setup_future_usage"
            " shipping source statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
        ),
        "amount": amount,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": f"{intent_id}_secret_{account.ids.new('secret')}",
        "confirmation_method": "automatic",
        "created": account.now(),
        "currency": currency,
        "customer": customer,
        "livemode": account.livemode,
        "managed_payments": {"enabled": False},
        "metadata": {},
        "payment_details": {"customer_reference": None, "order_reference": None},
        "payment_method_options": {
            "card": {**nulls("installments mandate_options network"), "request_three_d_secure": "automatic"}
        },
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
        **given,
    }


def charge(account: Account, intent: Json, method: Json, *, decline: str | None) -> Json:
    paid = decline is None
    customer = account.store.get("customer", intent["customer"] or "")
    return {
        "id": account.ids.new("ch"),
        "object": "charge",
        **nulls(
            "application application_fee application_fee_amount balance_transaction failure_balance_transaction"
            " on_behalf_of receipt_number review shipping source source_transfer statement_descriptor"
            " statement_descriptor_suffix transfer_data transfer_group"
        ),
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": billing_details(customer),
        "calculated_statement_descriptor": "SANDBOX",
        "captured": paid,
        "created": account.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None if paid else "card_declined",
        "failure_message": None if paid else "Your card was declined.",
        "fraud_details": {},
        "livemode": account.livemode,
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": _card(account, intent, method), "type": "card"},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_url": "https://pay.stripe.com/receipts/payment/sandbox" if paid else None,
        "refunded": False,
        "status": "succeeded" if paid else "failed",
    }


def _outcome(decline: str | None) -> Json:
    return {
        "advice_code": None if decline is None else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if decline is None else "declined_by_network",
        "reason": decline,
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete." if decline is None else "The bank declined the payment.",
        "type": "authorized" if decline is None else "issuer_declined",
    }


def _card(account: Account, intent: Json, method: Json) -> Json:
    card = method["card"]
    return {
        **{key: card[key] for key in ["brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4"]},
        **nulls("authorization_code installments mandate three_d_secure transaction_link_id wallet"),
        "amount_authorized": intent["amount"],
        "checks": dict(card["checks"]),
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": account.ids.digits(15),
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
    }
