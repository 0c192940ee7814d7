"""The account's own balance: what each charge, refund and dispute moves."""

from app.sandbox.account import Account
from app.sandbox.shapes.balance_transaction import balance_transaction
from app.sandbox.state.plain import Json

_DISPUTE_FEE = 1500


def charge_paid(account: Account, charge: Json) -> None:
    fee = charge["amount_captured"] * 29 // 1000 + 30
    charge["balance_transaction"] = _book(
        account, charge, charge["amount_captured"], kind="charge", category="charge", fee=fee
    )


def refund_paid(account: Account, refund: Json) -> None:
    refund["balance_transaction"] = _book(account, refund, -refund["amount"], kind="refund", category="refund")


def refund_came_back(account: Account, refund: Json) -> None:
    refund["failure_balance_transaction"] = _book(
        account, refund, refund["amount"], kind="refund_failure", category="refund_failure"
    )


def funds_withdrawn(account: Account, dispute: Json) -> None:
    _book(account, dispute, -dispute["amount"], kind="adjustment", category="dispute", fee=_DISPUTE_FEE)
    _show(account, dispute)


def funds_reinstated(account: Account, dispute: Json) -> None:
    _book(account, dispute, dispute["amount"], kind="adjustment", category="dispute_reversal", fee=-_DISPUTE_FEE)
    _show(account, dispute)


def _show(account: Account, dispute: Json) -> None:
    dispute["balance_transactions"] = list(account.store.of("balance_transaction", dispute["id"]))


def _book(account: Account, source: Json, amount: int, *, kind: str, category: str, fee: int = 0) -> str:
    booked = balance_transaction(
        account,
        amount=amount,
        currency=source["currency"],
        kind=kind,
        category=category,
        source=source["id"],
        fee=fee,
        description=f"{category.replace('_', ' ').capitalize()} {source['id']}",
    )
    account.add(booked, source["id"], quietly=True)
    return str(booked["id"])
