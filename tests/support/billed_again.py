"""A subscription whose current period Stripe bills a second time, which no request of the API can bring about."""

from app.sandbox.lifecycle.charging import finalize_and_collect
from app.sandbox.lifecycle.invoicing import draft, item_line, period_of
from app.sandbox.world import World


def bill_again(world: World, subscription: str) -> str:
    """The second invoice for the period, charged at once."""
    with world.by_hand() as account:
        found = account.need("subscription", subscription)
        items = found["items"]["data"]
        lines = [item_line(account, found, item) for item in items]
        made = draft(account, found, reason="subscription_cycle", lines=lines, period=period_of(items[0]))
        account.emit("created", made)
        finalize_and_collect(account, made)
        return str(made["id"])
