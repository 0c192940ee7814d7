"""Disputes, as a card network raises them."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.state.plain import Json, nulls

EVIDENCE_TEXTS = (
    "access_activity_log billing_address cancellation_policy_disclosure cancellation_rebuttal"
    " customer_email_address customer_name customer_purchase_ip duplicate_charge_explanation duplicate_charge_id"
    " product_description refund_policy_disclosure refund_refusal_explanation service_date shipping_address"
    " shipping_carrier shipping_date shipping_tracking_number uncategorized_text"
)
EVIDENCE_FILES = (
    "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt"
    " refund_policy service_documentation shipping_documentation uncategorized_file"
)
_RESPONSE_TIME = 9 * DAY
_NETWORK_CODES = {"duplicate": "12.6.1", "fraudulent": "10.4", "subscription_canceled": "13.2"}


def dispute(account: Account, charge: Json, *, amount: int, reason: str, status: str) -> Json:
    card = charge["payment_method_details"]["card"]
    details = {
        "brand": card["brand"],
        "case_type": "inquiry" if status.startswith("warning_") else "chargeback",
        "network": card["network"],
        "network_reason_code": _NETWORK_CODES.get(reason, "13.1"),
    }
    return {
        "id": account.ids.new("du"),
        "object": "dispute",
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**nulls(EVIDENCE_TEXTS), **nulls(EVIDENCE_FILES), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": account.now() + _RESPONSE_TIME,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": True,
        "livemode": account.livemode,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"card": details, "type": "card"},
        "reason": reason,
        "status": status,
    }
