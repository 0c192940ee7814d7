"""Attempts that Stripe refuses, made through the real SDK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any

import pytest
import stripe

from tests.sandbox.stage import DAY, Stage

Attempt = Callable[[Stage], object]


@dataclass(frozen=True, slots=True)
class Refused:
    """An attempt, and how its refusal reads."""

    attempt: Attempt
    words: str
    _: KW_ONLY
    code: str | None = None
    param: str | None = None
    status: int = 400

    def happens_on(self, stage: Stage) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            self.attempt(stage)
        error = refused.value
        assert (error.http_status, error.code, error.param) == (self.status, self.code, self.param)
        assert self.words in str(error)
        assert str(error.request_id).startswith("req_")


def post(stage: Stage, path: str, **params: Any) -> object:
    """A raw request of the SDK, for parameters that its types would not let through."""
    return stage.stripe.raw_request("post", path, **params)


def sub_id(stage: Stage, **fields: Any) -> str:
    return str(stage.subscribe(**fields)["id"])


def update(**fields: Any) -> Attempt:
    return lambda stage: post(stage, f"/v1/subscriptions/{sub_id(stage)}", **fields)


def create(**fields: Any) -> Attempt:
    def attempt(stage: Stage) -> object:
        given = {"customer": stage.customer(), "items": [{"price": stage.monthly}], **fields}
        return post(stage, "/v1/subscriptions", **given)

    return attempt


def checkout(**fields: Any) -> Attempt:
    def attempt(stage: Stage) -> object:
        given = {
            "mode": "subscription",
            "success_url": "https://example.com",
            "line_items": [{"price": stage.monthly, "quantity": 1}],
            **fields,
        }
        return post(stage, "/v1/checkout/sessions", **{key: it for key, it in given.items() if it is not None})

    return attempt


def canceled(stage: Stage) -> str:
    sub = sub_id(stage)
    stage.stripe.v1.subscriptions.cancel(sub)
    return sub


def scheduled(stage: Stage) -> str:
    sub = sub_id(stage)
    stage.stripe.v1.subscription_schedules.create({"from_subscription": sub})
    return sub


def paid_invoice(stage: Stage) -> str:
    return str(stage.subscribe()["latest_invoice"])


def draft_invoice(stage: Stage) -> str:
    sub = stage.subscribe()
    stage.world.advance(31 * DAY)
    return str(stage.subscription(sub)["latest_invoice"])


def open_invoice(stage: Stage) -> str:
    sub = stage.subscribe(stage.customer(card=None), payment_behavior="default_incomplete")
    return str(sub["latest_invoice"])


def void_invoice(stage: Stage) -> str:
    invoice = open_invoice(stage)
    stage.stripe.v1.invoices.void_invoice(invoice)
    return invoice


def succeeded_intent(stage: Stage) -> str:
    made = stage.stripe.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    return str(made.id)
