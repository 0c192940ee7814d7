"""Reads a list at Stripe to its end, with its failures ours."""

from typing import Any, Protocol

import stripe

from app.errors import StripeUnavailable
from app.stripe_gateway.failures import stripe_failures
from app.stripe_gateway.fetched import Body
from app.stripe_gateway.pages import PAGE

MOST_PAGES = 50


class Listing(Protocol):
    """A list call of the SDK."""

    def __call__(self, params: Any, /) -> stripe.StripeObject: ...


def whole_list(listing: Listing, **params: Any) -> list[Body]:
    """All entries, the newest first as Stripe gives them.

    Raises:
        StripeUnavailable: ask again later; also for a list that has no end, of which nothing can be concluded.
    """
    entries: list[Body] = []
    after: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        with stripe_failures():
            page = listing({**params, **after, "limit": PAGE}).to_dict(for_json=True)
        entries += page["data"]
        if not page["has_more"] or not page["data"]:
            return entries
        after = {"starting_after": page["data"][-1]["id"]}
    raise StripeUnavailable(f"a list is longer than {MOST_PAGES} pages", status=200)
