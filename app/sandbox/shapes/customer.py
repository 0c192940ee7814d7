"""Customers and their payment methods."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json, nulls

NO_ADDRESS = "city country line1 line2 postal_code state"


def customer(account: Account, now: int, **given: object) -> Json:
    return {
        "id": account.ids.new("cus"),
        "object": "customer",
        **nulls(
            "address currency customer_account default_source description discount email name phone shipping test_clock"
        ),
        "balance": 0,
        "created": now,
        "delinquent": False,
        "invoice_prefix": account.ids.capitals(8),
        "invoice_settings": nulls("custom_fields default_payment_method footer rendering_options"),
        "livemode": account.livemode,
        "metadata": {},
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        **given,
    }


def billing_details(customer: Json | None = None) -> Json:
    known = customer or {}
    return {
        "address": nulls(NO_ADDRESS),
        "email": known.get("email"),
        "name": known.get("name"),
        "phone": None,
        "tax_id": None,
    }


def card_payment_method(account: Account, last4: str) -> Json:
    return {
        "id": account.ids.new("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(),
        "card": {
            "brand": "visa",
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": "US",
            "display_brand": "visa",
            "exp_month": 8,
            "exp_year": 2040,
            "fingerprint": account.ids.new("secret")[:16],
            "funding": "credit",
            "generated_from": None,
            "last4": last4,
            "networks": {"available": ["visa"], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": account.now(),
        "customer": None,
        "customer_account": None,
        "livemode": account.livemode,
        "metadata": {},
        "type": "card",
    }
