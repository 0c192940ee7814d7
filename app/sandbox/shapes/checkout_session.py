"""Checkout sessions on the hosted page, and their line items."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json, copied, nulls


def checkout_session(account: Account, *, mode: str, total: int, expires_at: int, **given: object) -> Json:
    session_id = account.ids.new("cs_live" if account.livemode else "cs_test")
    return {
        "id": session_id,
        "object": "checkout.session",
        **nulls(
            "after_expiration allow_promotion_codes allowed_payment_method_types billing_address_collection"
            " cancel_url client_reference_id client_secret collected_information consent"
            " consent_collection currency_conversion customer customer_account customer_creation"
            " customer_details customer_email discounts integration_identifier"
            " invoice invoice_creation locale origin_context payment_intent payment_link"
            " payment_method_configuration_details permissions "
            " recovered_from saved_payment_method_options setup_intent shipping_address_collection"
            " shipping_cost submit_type subscription success_url wallet_options"
        ),
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": account.now(),
        "custom_fields": [],
        "custom_text": nulls("after_submit shipping_address submit terms_of_service_acceptance"),
        "expires_at": expires_at,
        "livemode": account.livemode,
        "managed_payments": {"enabled": False},
        "metadata": {},
        "mode": mode,
        "optional_items": [],
        "payment_method_collection": "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"https://checkout.stripe.com/c/pay/{session_id}",
        **given,
    }


def line_item(account: Account, price: Json, *, quantity: int, name: str) -> Json:
    total = price["unit_amount"] * quantity
    return {
        "id": account.ids.new("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": name,
        "metadata": {},
        "price": copied(price),
        "quantity": quantity,
    }
