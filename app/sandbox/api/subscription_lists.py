"""Subscriptions and their items, read."""

from app.sandbox.account import Account
from app.sandbox.lifecycle.ending import ENDED
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_STATUSES = "active all canceled ended incomplete incomplete_expired past_due paused trialing unpaid"


@route("GET", "/v1/subscriptions/*")
def retrieve(account: Account, subscription_id: str, _given: Json) -> Json:
    return account.need("subscription", subscription_id)


@list_route(
    "/v1/subscriptions", customer=p.filled, price=p.filled, status=p.one_of(*_STATUSES.split()),
    created=p.RANGE, current_period_end=p.RANGE, current_period_start=p.RANGE, test_clock=p.filled,
    collection_method=p.one_of("charge_automatically", "send_invoice"),
    **p.not_modelled("automatic_tax customer_account plan"),
)  # fmt: skip
def list_subscriptions(account: Account, given: Json) -> Json:
    """Without canceled ones unless asked for; test clocks' only with their customer or clock."""
    if "customer" in given:
        account.customer(given["customer"])
        candidates = list(reversed(account.store.of("subscription", given["customer"])))
    else:
        clock = given.get("test_clock")
        candidates = [it for it in account.store.newest_first("subscription") if it["test_clock"] == clock]
    return pages.page(candidates, given, "/v1/subscriptions", keep=lambda sub: _kept(sub, given))


def _kept(sub: Json, given: Json) -> bool:
    items = sub["items"]["data"]
    starts, ends = ([it[key] for it in items] for key in ("current_period_start", "current_period_end"))
    return (
        _status_kept(sub["status"], given.get("status"))
        and pages.equal(given, "collection_method")(sub)
        and given.get("price") in (None, *(it["price"]["id"] for it in items))
        and pages.in_range(sub["created"], given.get("created"))
        and pages.in_range(max(starts), given.get("current_period_start"))
        and pages.in_range(min(ends), given.get("current_period_end"))
    )


def _status_kept(status: str, wanted: str | None) -> bool:
    match wanted:
        case None:
            return status != "canceled"
        case "all":
            return True
        case "ended":
            return status in ENDED
        case _:
            return status == wanted


@route("GET", "/v1/subscription_items/*")
def retrieve_item(account: Account, item_id: str, _given: Json) -> Json:
    for sub in account.store.all("subscription"):
        for item in sub["items"]["data"]:
            if item["id"] == item_id:
                return dict(item)
    return account.need("subscription_item", item_id)


@list_route("/v1/subscription_items", subscription=p.required(p.text))
def list_items(account: Account, given: Json) -> Json:
    sub = account.need("subscription", given["subscription"], param="subscription")
    return pages.page(sub["items"]["data"], given, "/v1/subscription_items")
