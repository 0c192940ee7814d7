"""Test clocks: created, advanced a while later, deleted with everything on them."""

from functools import partial

from app.sandbox.account import Account
from app.sandbox.lifecycle.calendar import DAY
from app.sandbox.lifecycle.deleting import forget_customer
from app.sandbox.lifecycle.ending import ENDED
from app.sandbox.refusal import invalid
from app.sandbox.state.plain import Json
from app.sandbox.state.timeline import Timeline

_TAKES = 2  # seconds of Stripe's clock, whatever the distance
_LIFETIME = 30 * DAY
_LONGEST_WITHOUT_SUBSCRIPTION = 2 * 366 * DAY
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}


def create(account: Account, frozen_time: int, name: str | None) -> Json:
    now = account.now()
    clock: Json = {
        "id": account.ids.new("clock"),
        "object": "test_helpers.test_clock",
        "created": now,
        "deletes_after": now + _LIFETIME,
        "frozen_time": frozen_time,
        "livemode": account.livemode,
        "name": name,
        "status": "ready",
        "status_details": {},
    }
    account.test_clocks[clock["id"]] = Timeline(frozen_time)
    account.main.at(clock["deletes_after"], partial(_expire, account, clock))
    return account.add(clock)


def advance(account: Account, clock: Json, target: int) -> None:
    if clock["status"] != "ready":
        raise invalid("The test clock is still advancing.", code="test_clock_advancing")
    if target <= clock["frozen_time"]:
        raise invalid("A test clock can only be advanced into its future.", param="frozen_time")
    if target > clock["frozen_time"] + _farthest(account, clock):
        message = "You can advance at most two intervals of the shortest subscription, or two years without one."
        raise invalid(message, param="frozen_time")
    clock |= {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}}
    account.emit("advancing", clock)
    account.main.at(account.now() + _TAKES, partial(_arrive, account, clock, target))


def delete(account: Account, clock: Json) -> None:
    for customer in account.store.of("customer", clock["id"]):
        forget_customer(account, customer)
    account.store.remove(clock)
    account.emit("deleted", clock)


def _arrive(account: Account, clock: Json, target: int) -> None:
    account.test_clocks[clock["id"]].run_to(target)
    clock |= {"status": "ready", "status_details": {}, "frozen_time": target}
    account.emit("ready", clock)


def _expire(account: Account, clock: Json) -> None:
    if account.store.get(clock["object"], clock["id"]) is not None:
        delete(account, clock)


def _farthest(account: Account, clock: Json) -> int:
    intervals = [
        _DAYS[recurring["interval"]] * recurring["interval_count"] * DAY
        for customer in account.store.of("customer", clock["id"])
        for sub in account.store.of("subscription", customer["id"])
        if sub["status"] not in ENDED
        for recurring in (item["price"]["recurring"] for item in sub["items"]["data"])
    ]
    return 2 * min(intervals) if intervals else _LONGEST_WITHOUT_SUBSCRIPTION
