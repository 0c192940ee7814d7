"""Watches every request that the product sends to Stripe: what gives money back, what could prorate, and when."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import local
from types import FrameType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import stripe

from app.db.account_credit import Credit
from app.db.engine import Database, Tx
from app.policy.verified_duplicate import VerifiedDuplicate

ROOT = Path(__file__).parents[2]
PRODUCT = tuple(str(ROOT / folder) for folder in ("app/", "jobs/", "webhooks/"))
NOT_THE_PRODUCT = tuple(str(ROOT / folder) for folder in ("app/sandbox/", "app/demo/"))
REFUND, BALANCE = "/v1/refunds", re.compile(r"/v1/customers/[^/]+/balance_transactions")
RETURNS_MONEY = re.compile(r"/v1/(refunds/.*|credit_notes.*|charges/[^/]+/refunds?|transfers.*|payouts.*|topups.*)")
MAKES_CREDIT = re.compile(r"/v1/(invoiceitems.*|invoices/[^/]+/add_lines|billing/credit_.*)")
SUBSCRIPTION = re.compile(r"/v1/subscriptions(/[^/]+)?")
ITEM = re.compile(r"/v1/subscription_items.*")
PLAN = re.compile(r"/v1/subscription_schedules(/[^/]+)?")
NEVER = re.compile(r"/v1/subscriptions/[^/]+/(pause|resume|migrate)")

Params = dict[str, str]


@dataclass
class WireGuard:
    """`complaints` are requests that must not have been sent; `seen` counts those that were looked at."""

    complaints: list[str] = field(default_factory=list)
    returned: list[Params] = field(default_factory=list)
    seen: int = 0
    _open: local = field(default_factory=local)

    def check(self, method: str, url: str, key: str | None, body: Any) -> None:
        """Raises at once; the complaint stays, in case the product catches that."""
        frames = _frames()
        if not any(_is_product(frame) for frame in frames):
            return
        self.seen += 1
        parts = urlsplit(url)
        text = body.decode() if isinstance(body, bytes) else body or ""
        params = dict(parse_qsl(parts.query, keep_blank_values=True) + parse_qsl(text, keep_blank_values=True))
        complaint = self._complaint(method.upper(), parts.path, params, key, frames)
        if complaint:
            self.complaints.append(f"{method.upper()} {parts.path} {params}: {complaint}")
            raise AssertionError(self.complaints[-1])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._open.depth = getattr(self._open, "depth", 0) + 1
        try:
            yield
        finally:
            self._open.depth -= 1

    def _complaint(
        self, method: str, path: str, params: Params, key: str | None, frames: list[FrameType]
    ) -> str | None:
        if getattr(self._open, "depth", 0):
            return "a transaction is open"
        if method == "GET":
            return None
        if why := why_not_returned(method, path, params, key, frames):
            return why
        if path == REFUND or BALANCE.fullmatch(path):
            self.returned.append(params)
        return why_may_prorate(method, path, params)


def why_not_returned(method: str, path: str, params: Params, key: str | None, frames: list[FrameType]) -> str | None:
    """Why a request that moves money back may not be sent."""
    if method == "POST" and path == REFUND:
        return _why_not_refund(params, key, frames)
    if method == "POST" and BALANCE.fullmatch(path):
        return _why_not_balance(params, key, frames)
    if RETURNS_MONEY.fullmatch(path) or MAKES_CREDIT.fullmatch(path):
        return "nothing in the product may do this"
    if re.fullmatch(r"/v1/customers(/[^/]+)?", path) and ("balance" in params or "cash_balance" in params):
        return "a balance is changed by a transaction of its own"
    return None


def why_may_prorate(method: str, path: str, params: Params) -> str | None:
    """Why a request that could prorate does not say that it must not."""
    if NEVER.fullmatch(path):
        return "this credits unused time"
    ends = (method == "DELETE" and SUBSCRIPTION.fullmatch(path)) or path.endswith("/cancel")
    if ends and "/payment_intents/" not in path and "/refunds/" not in path:
        told = (params.get("prorate"), params.get("invoice_now"))
        return None if told == ("false", "false") else "it does not say that it must not prorate"
    if any(kind.fullmatch(path) for kind in (SUBSCRIPTION, ITEM, PLAN)) and not path.endswith("/release"):
        return None if params.get("proration_behavior") == "none" else "it does not say that it must not prorate"
    return None


def _why_not_refund(params: Params, key: str | None, frames: list[FrameType]) -> str | None:
    proof = _local(frames, "refund_duplicate", "app/stripe_gateway/refunds.py", "proof")
    attempt = _local(frames, "refund_duplicate", "app/stripe_gateway/refunds.py", "attempt")
    if not isinstance(proof, VerifiedDuplicate) or not _settles(frames):
        return "no verified duplicate is behind it"
    told = {"charge": proof.extra.charge, "amount": str(proof.amount), "reason": "duplicate"}
    told |= {f"metadata[{name}]": value for name, value in proof.metadata(attempt).items()}
    if params != told or key != proof.idempotency_key(attempt):
        return "it asks for something else than what was proven"
    return None


def _why_not_balance(params: Params, key: str | None, frames: list[FrameType]) -> str | None:
    credit = _local(frames, "call_credit", "app/billing/settling_steps.py", "credit")
    if isinstance(credit, Credit):
        told = {"amount": str(-credit.amount), "metadata[paidthrough_claim]": credit.claim}
        return None if told.items() <= params.items() else "not the credit that was ordered"
    if not _settles(frames) or not str(key).startswith("paidthrough-"):
        return "only a settlement changes credit"
    module = "app/stripe_gateway/customer_balance.py"
    proof = _local(frames, "reverse_overpayment_credit", module, "proof")
    if isinstance(proof, VerifiedDuplicate):
        return None if params["amount"] == str(proof.credit_to_reverse) else "not the credit that was proven"
    amount = _local(frames, "restore_overpayment_credit", module, "amount")
    return None if isinstance(amount, int) and params["amount"] == str(-amount) else "not the credit that was reversed"


def _settles(frames: list[FrameType]) -> bool:
    return _frame(frames, "take", "app/billing/settling_steps.py") is not None


def _local(frames: list[FrameType], function: str, module: str, name: str) -> Any:
    frame = _frame(frames, function, module)
    return frame.f_locals.get(name) if frame else None


def _frame(frames: list[FrameType], function: str, module: str) -> FrameType | None:
    file = str(ROOT / module)
    return next((it for it in frames if (it.f_code.co_name, it.f_code.co_filename) == (function, file)), None)


def _frames() -> list[FrameType]:
    frame, found = inspect.currentframe(), []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    return found


def _is_product(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file.startswith(PRODUCT) and not file.startswith(NOT_THE_PRODUCT)


@contextmanager
def guarded(monkeypatch: pytest.MonkeyPatch) -> Iterator[WireGuard]:
    """Within it, requests of the product in this process are watched, whatever answers them."""
    guard = WireGuard()
    plain_request: Callable[..., Any] = stripe.RequestsClient.request
    plain_write = Database.write

    def request(self: Any, method: str, url: str, headers: Mapping[str, str], post_data: Any = None) -> Any:
        guard.check(method, url, (headers or {}).get("Idempotency-Key"), post_data)
        return plain_request(self, method, url, headers, post_data)

    @contextmanager
    def write(self: Database) -> Iterator[Tx]:
        with guard.transaction(), plain_write(self) as tx:
            yield tx

    monkeypatch.setattr(stripe.RequestsClient, "request", request)
    monkeypatch.setattr(Database, "write", write)
    yield guard
    assert not guard.complaints, "\n".join(guard.complaints)
