"""Subscription schedules, as far as they stand in the way of a cancellation: made, released, canceled."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import prorating
from app.sandbox.lifecycle.ending import ENDED, end
from app.sandbox.refusal import Refusal, invalid
from app.sandbox.shapes.schedule import schedule
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route


@route(
    "POST", "/v1/subscription_schedules", from_subscription=p.required(p.text), metadata=p.metadata,
    **p.not_modelled("billing_mode customer default_settings end_behavior pause_schedules phases start_date"),
)  # fmt: skip
def create(account: Account, given: Json) -> Json:
    sub = account.need("subscription", given["from_subscription"], param="from_subscription")
    if sub["schedule"] is not None:
        raise invalid(
            "You cannot migrate a subscription that is already attached to a schedule.", param="from_subscription"
        )
    if sub["status"] in ENDED:
        raise invalid("You cannot create a schedule from a canceled subscription.", param="from_subscription")
    made = schedule(account, sub, metadata=p.merged({}, given.get("metadata")))
    account.add(made, sub["id"], sub["customer"])
    with account.changing(sub):
        sub["schedule"] = made["id"]
    return made


@route("GET", "/v1/subscription_schedules/*")
def retrieve(account: Account, schedule_id: str, _given: Json) -> Json:
    return account.need("subscription_schedule", schedule_id)


@list_route("/v1/subscription_schedules", customer=p.filled, created=p.RANGE)
def list_schedules(account: Account, given: Json) -> Json:
    same = pages.equal(given, "customer")
    return pages.page(
        account.store.newest_first("subscription_schedule"),
        given,
        "/v1/subscription_schedules",
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )


@route("POST", "/v1/subscription_schedules/*/release", preserve_cancel_date=p.boolean)
def release(account: Account, schedule_id: str, given: Json) -> Json:
    """The subscription goes on by itself; a planned end goes with the schedule unless it is preserved."""
    made = _active(account, schedule_id, "released")
    sub = account.need("subscription", made["subscription"])
    made |= {
        "status": "released",
        "released_at": account.now(made),
        "released_subscription": sub["id"],
        "subscription": None,
        "current_phase": None,
    }
    account.emit("released", made)
    with account.changing(sub):
        sub["schedule"] = None
        if given.get("preserve_cancel_date") is False:
            sub |= {"cancel_at": None, "canceled_at": None}
    return made


@route("POST", "/v1/subscription_schedules/*/cancel", invoice_now=p.boolean, prorate=p.boolean)
def cancel(account: Account, schedule_id: str, given: Json) -> Json:
    """Cancels the subscription at once; unlike DELETE it prorates and invoices by default."""
    made = _active(account, schedule_id, "canceled")
    sub = account.need("subscription", made["subscription"])
    prorate, invoice_now = given.get("prorate", True), given.get("invoice_now", True)
    prorating.leave(account, sub, prorate=prorate, invoice_now=invoice_now)
    end(account, sub, reason="cancellation_requested")
    return made


def _active(account: Account, schedule_id: str, verb: str) -> Json:
    made = account.need("subscription_schedule", schedule_id)
    if made["status"] not in ("active", "not_started"):
        raise _wrong_status(made, verb)
    return made


def _wrong_status(made: Json, verb: str) -> Refusal:
    return invalid(f"This schedule cannot be {verb}: its status is {made['status']}.")
