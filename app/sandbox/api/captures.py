"""Capturing what a payment intent with manual capture holds."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import crediting, holding
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import route


@route(
    "POST", "/v1/payment_intents/*/capture", amount_to_capture=p.positive, metadata=p.metadata,
    **p.not_modelled(
        "amount_details application_fee_amount final_capture hooks payment_details statement_descriptor"
        " statement_descriptor_suffix transfer_data"
    ),
)  # fmt: skip
def capture(account: Account, intent_id: str, given: Json) -> Json:
    intent = account.need("payment_intent", intent_id)
    if intent["status"] != "requires_capture":
        raise invalid(
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}.",
            code="payment_intent_unexpected_state",
        )
    amount = int(given.get("amount_to_capture") or intent["amount_capturable"])
    if amount > intent["amount_capturable"]:
        message = f"The amount to capture is greater than what can be captured ({intent['amount_capturable']})."
        raise invalid(message, param="amount_to_capture", code="amount_too_large")
    intent["metadata"] = p.merged(intent["metadata"], given.get("metadata"))
    holding.capture(account, intent, amount)
    crediting.tell_invoices(account, intent, None)
    return intent
