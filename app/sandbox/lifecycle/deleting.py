"""A customer is deleted: subscriptions end at once, and the id then only says that it was deleted."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.ending import ENDED, end
from app.sandbox.state.plain import Json


def forget_customer(account: Account, customer: Json) -> None:
    for sub in account.store.of("subscription", customer["id"]):
        if sub["status"] not in ENDED:
            end(account, sub, reason="cancellation_requested")
    account.emit("deleted", customer)
    account.store.remove(customer)
    account.deleted_customers[customer["id"]] = {"id": customer["id"], "object": "customer", "deleted": True}
