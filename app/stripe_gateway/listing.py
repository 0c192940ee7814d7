"""One page of what Stripe lists, each object with the span of Stripe's clock in which it looked so."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.stripe_gateway.failures import stripe_failures
from app.stripe_gateway.fetched import Body, Fetched, stripe_clock
from app.stripe_gateway.gateway import Gateway
from app.stripe_gateway.pages import PAGE, with_whole_list


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A page, the newest object first; `last` is where the next one begins, None at the list's end."""

    objects: tuple[Fetched, ...]
    last: str | None


def list_page(gateway: Gateway, kind: str, *, after: str | None = None, only: Mapping[str, Any]) -> Listed:
    """The objects of a kind that are older than `after`, each with the list that it embeds complete.

    Raises:
        StripeRefused: also when `after` is gone, with the code `resource_missing`.
        StripeUnavailable: ask again later.
    """
    given: dict[str, Any] = {"limit": PAGE, **only} | ({} if after is None else {"starting_after": after})
    page = ask_page(gateway, PATHS[kind], given)
    with stripe_failures():
        objects = tuple(_fetched(gateway, kind, body, page) for body in page.bodies)
    return Listed(objects=objects, last=page.bodies[-1]["id"] if page.more and page.bodies else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page as it came. `read_from` and `read_until` are Stripe's clock, `answered` is ours (monotonic)."""

    bodies: tuple[Body, ...]
    more: bool
    read_from: int
    read_until: float
    answered: float


def ask_page(gateway: Gateway, path: str, given: Mapping[str, Any]) -> Page:
    """Without the SDK's objects, whose making takes longer than all the rest of a long walk."""
    with stripe_failures():
        began = time.monotonic()
        response = gateway.client.raw_request("get", f"/v1/{path}", **given)
        answered = time.monotonic()
    told = cast(Body, response.data)
    sent_at = stripe_clock(response.headers)
    return Page(
        bodies=tuple(told["data"]),
        more=told.get("has_more") is True,
        read_from=math.floor(sent_at - (answered - began)) - 1,  # as for a single object
        read_until=sent_at,
        answered=answered,
    )


def _fetched(gateway: Gateway, kind: str, body: Body, page: Page) -> Fetched:
    whole = with_whole_list(gateway, kind, body)
    paging = 0.0 if whole is body else time.monotonic() - page.answered
    return Fetched(
        kind=kind,
        id=whole["id"],
        body=whole,
        as_of=page.read_from,
        uncertain_until=math.ceil(page.read_until + paging) + 1,
    )


PATHS = {
    "charge": "charges",
    "checkout.session": "checkout/sessions",
    "credit_note": "credit_notes",
    "customer": "customers",
    "dispute": "disputes",
    "invoice": "invoices",
    "invoice_payment": "invoice_payments",
    "payment_intent": "payment_intents",
    "price": "prices",
    "product": "products",
    "radar.early_fraud_warning": "radar/early_fraud_warnings",
    "refund": "refunds",
    "subscription": "subscriptions",
    "subscription_schedule": "subscription_schedules",
    "test_helpers.test_clock": "test_helpers/test_clocks",
}

LISTABLE = frozenset(PATHS)
