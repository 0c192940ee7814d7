"""What a customer does in Stripe's own portal, which renders differently from the API's flag."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import renewal
from app.sandbox.lifecycle.ending import earliest_period_end, latest_period_end
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json, copied


def cancel(account: Account, subscription_id: str) -> Json:
    """Flexible billing: `cancel_at` at the latest item's end and no flag; classic: the flag."""
    sub = account.need("subscription", subscription_id)
    if sub["status"] not in ("active", "trialing", "past_due"):
        raise invalid("This subscription cannot be canceled in the portal.")
    with account.changing(sub):
        sub["canceled_at"] = account.now(sub)
        sub["cancellation_details"]["reason"] = "cancellation_requested"
        if sub["billing_mode"]["type"] == "flexible":
            sub["cancel_at"] = latest_period_end(sub)
        else:
            sub |= {"cancel_at_period_end": True, "cancel_at": earliest_period_end(sub)}
    renewal.plan(account, sub)
    return copied(sub)
