"""Test clocks: time of their own for up to three customers."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import clocks
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import deletion_route, list_route, route

_PATH = "/v1/test_helpers/test_clocks"


@route("POST", _PATH, frozen_time=p.required(p.natural), name=p.text, **p.not_modelled("customer"))
def create(account: Account, given: Json) -> Json:
    return clocks.create(account, given["frozen_time"], given.get("name"))


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, clock_id: str, _given: Json) -> Json:
    return account.need("test_helpers.test_clock", clock_id)


@route("POST", f"{_PATH}/*/advance", frozen_time=p.required(p.natural))
def advance(account: Account, clock_id: str, given: Json) -> Json:
    """Answers `advancing`; a few of Stripe's seconds later the clock is `ready`."""
    clock = account.need("test_helpers.test_clock", clock_id)
    clocks.advance(account, clock, given["frozen_time"])
    return clock


@deletion_route(f"{_PATH}/*")
def delete(account: Account, clock_id: str, _given: Json) -> Json:
    clocks.delete(account, account.need("test_helpers.test_clock", clock_id))
    return {"id": clock_id, "object": "test_helpers.test_clock", "deleted": True}


@list_route(_PATH)
def list_clocks(account: Account, given: Json) -> Json:
    return pages.page(account.store.newest_first("test_helpers.test_clock"), given, _PATH)
