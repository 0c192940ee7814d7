"""`expand`: ids become objects, and fields that are only there on request appear."""

from collections.abc import Callable
from typing import Any

from app.sandbox.account import Account
from app.sandbox.refusal import invalid
from app.sandbox.shapes.subscription import listed
from app.sandbox.state.plain import Json, copied

_DEPTH = 4


def expanded(account: Account, answer: Json, paths: list[str]) -> Json:
    if not paths:
        return answer
    answer = copied(answer)
    for path in paths:
        parts = path.split(".")
        if len([part for part in parts if part != "data"]) > _DEPTH:
            raise invalid("You cannot expand more than 4 levels of a property.", param="expand")
        _expand(account, answer, parts, path)
    return answer


def _expand(account: Account, holder: Any, parts: list[str], path: str) -> None:
    if not parts or holder is None:
        return
    name, rest = parts[0], parts[1:]
    if not isinstance(holder, dict):
        raise _cannot(path)
    if name not in holder:
        _include(account, holder, name, path)
        if not rest:
            return
    value = holder[name]
    if isinstance(value, list):
        _expand_all(account, value, rest, path)
        return
    if isinstance(value, str):
        holder[name] = value = _object(account, name, value, path)
    elif not isinstance(value, dict | None):
        raise _cannot(path)
    _expand(account, value, rest, path)


def _expand_all(account: Account, values: list[Any], rest: list[str], path: str) -> None:
    for value in values:
        _expand(account, value, rest, path)


def _object(account: Account, name: str, object_id: str, path: str) -> Json:
    found = account.deleted_customers.get(object_id) or account.store.find(object_id)
    if found is None or name == "id":
        raise _cannot(path)
    return copied(found)


def _include(account: Account, holder: Json, name: str, path: str) -> None:
    include = _INCLUDABLE.get((holder.get("object", ""), name))
    if include is None:
        raise _cannot(path)
    holder[name] = include(account, holder)


def _cannot(path: str) -> Exception:
    return invalid(f"This property cannot be expanded ({path}).", param="expand[0]")


def _payments(account: Account, invoice: Json) -> Json:
    payments = account.store.of("invoice_payment", invoice["id"])
    return listed([copied(it) for it in payments], f"/v1/invoice_payments?invoice={invoice['id']}")


def _paid_off_stripe(account: Account, invoice: Json) -> int:
    through = sum(it["amount_paid"] or 0 for it in account.store.of("invoice_payment", invoice["id"]))
    return max(int(invoice["amount_paid"]) - through, 0)


def _confirmation_secret(account: Account, invoice: Json) -> Json | None:
    for payment in account.store.of("invoice_payment", invoice["id"]):
        intent = account.need("payment_intent", payment["payment"]["payment_intent"])
        return {"client_secret": intent["client_secret"], "type": "payment_intent"}
    return None


def _refunds(account: Account, charge: Json) -> Json:
    refunds = [copied(it) for it in account.store.of("refund", charge["id"])]
    return listed(refunds, f"/v1/charges/{charge['id']}/refunds")


def _subscriptions(account: Account, customer: Json) -> Json:
    subs = account.store.of("subscription", customer["id"])
    live = [copied(sub) for sub in reversed(subs) if sub["status"] not in ("canceled", "incomplete_expired")]
    return listed(live, f"/v1/customers/{customer['id']}/subscriptions")


def _session_items(account: Account, session: Json) -> Json:
    items = [copied(it) for it in account.store.of("item", session["id"])]
    return listed(items, f"/v1/checkout/sessions/{session['id']}/line_items")


_INCLUDABLE: dict[tuple[str, str], Callable[[Account, Json], Any]] = {
    ("invoice", "payments"): _payments,
    ("invoice", "amount_paid_off_stripe"): _paid_off_stripe,
    ("invoice", "confirmation_secret"): _confirmation_secret,
    ("charge", "refunds"): _refunds,
    ("customer", "subscriptions"): _subscriptions,
    ("checkout.session", "line_items"): _session_items,
}
