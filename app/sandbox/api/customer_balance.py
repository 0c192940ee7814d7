"""A customer's balance transactions: listed, and adjustments made by the merchant."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import customer_balance
from app.sandbox.refusal import invalid, no_such
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/customers/*/balance_transactions"
_KIND = "customer_balance_transaction"


@route(
    "POST", _PATH, amount=p.required(p.integer), currency=p.required(p.text), description=p.text, metadata=p.metadata
)  # fmt: skip
def create(account: Account, customer_id: str, given: Json) -> Json:
    customer = account.customer(customer_id, param=None)
    currency = given["currency"].lower()
    if customer["currency"] not in (None, currency):
        message = "You cannot combine currencies on a single customer."
        raise invalid(f"{message} This customer has {customer['currency']}.", param="currency")
    made = customer_balance.change(
        account,
        customer,
        given["amount"],
        kind="adjustment",
        currency=currency,
        description=given.get("description"),
        metadata=p.merged({}, given.get("metadata")),
    )
    if made is None:
        raise invalid("The amount of a balance transaction cannot be zero.", param="amount")
    return made


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, customer_id: str, transaction_id: str, _given: Json) -> Json:
    return _transaction(account, customer_id, transaction_id)


@route("POST", f"{_PATH}/*", description=p.text, metadata=p.metadata)
def update(account: Account, customer_id: str, transaction_id: str, given: Json) -> Json:
    made = _transaction(account, customer_id, transaction_id)
    made |= {**given, "metadata": p.merged(made["metadata"], given.get("metadata"))}
    return made


@list_route(_PATH, created=p.RANGE, invoice=p.filled)
def list_transactions(account: Account, customer_id: str, given: Json) -> Json:
    account.customer(customer_id, param=None)
    same = pages.equal(given, "invoice")
    return pages.page(
        reversed(account.store.of(_KIND, customer_id)),
        given,
        _PATH.replace("*", customer_id),
        keep=lambda it: same(it) and pages.in_range(it["created"], given.get("created")),
    )


def _transaction(account: Account, customer_id: str, transaction_id: str) -> Json:
    account.customer(customer_id, param=None)
    made = account.need(_KIND, transaction_id)
    if made["customer"] != customer_id:
        raise no_such("customer balance transaction", transaction_id)
    return made
