"""Movements of the account's own balance, which are only read."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/balance_transactions"


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, transaction_id: str, _given: Json) -> Json:
    return account.need("balance_transaction", transaction_id)


@list_route(
    _PATH, created=p.RANGE, currency=p.filled, source=p.filled, type=p.filled, **p.not_modelled("payout")
)  # fmt: skip
def list_transactions(account: Account, given: Json) -> Json:
    same = pages.equal(given, "currency", "source", "type")
    return pages.page(
        account.store.newest_first("balance_transaction"),
        given,
        _PATH,
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )
