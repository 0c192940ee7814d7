"""One call to Stripe: its failures ours, its answer plain JSON with lists to their end, its time stamped."""

import math
import time
from collections.abc import Callable
from typing import NamedTuple, cast

import stripe

from app.errors import StripeUnavailable
from app.stripe_gateway.failures import stripe_failures
from app.stripe_gateway.fetched import Body, Fetched, stripe_clock
from app.stripe_gateway.gateway import Gateway
from app.stripe_gateway.pages import with_whole_list

Call = Callable[[], stripe.StripeObject]


class Answer(NamedTuple):
    """`replayed`: Stripe repeats what it said to an earlier request with the same idempotency key, be it long ago."""

    fetched: Fetched
    replayed: bool


def ask(gateway: Gateway, kind: str, call: Call) -> Answer:
    """What Stripe answers to `call`, which asks for an object of `kind` or changes one."""
    with stripe_failures():
        began = time.monotonic()
        response = _response_of(call())
        answered = time.monotonic()
        body = with_whole_list(gateway, kind, cast(Body, response.data))
        paged = time.monotonic()
    sent_at = stripe_clock(response.headers)
    fetched = Fetched(
        kind=kind,
        id=body["id"],
        body=body,
        # Stripe may have read the object as soon as we asked; its clock shows whole seconds, so one more at each end.
        as_of=math.floor(sent_at - (answered - began)) - 1,
        uncertain_until=math.ceil(sent_at + (paged - answered)) + 1,
    )
    return Answer(fetched, replayed=response.headers.get("idempotent-replayed") == "true")


def _response_of(answer: stripe.StripeObject) -> stripe.StripeResponse:
    response = answer.last_response
    if not isinstance(response, stripe.StripeResponse):
        raise StripeUnavailable("Stripe's answer came without its headers", status=200)
    return response
