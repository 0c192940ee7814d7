"""Early fraud warnings, which are only read."""

from app.sandbox.account import Account
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/radar/early_fraud_warnings"


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, warning_id: str, _given: Json) -> Json:
    return account.need("radar.early_fraud_warning", warning_id)


@list_route(_PATH, charge=p.filled, payment_intent=p.filled, created=p.RANGE)
def list_warnings(account: Account, given: Json) -> Json:
    return pages.of_charge(account, "radar.early_fraud_warning", given, _PATH)
