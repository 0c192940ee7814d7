"""Stripe's own list of what happened in the last thirty days, read from the oldest event on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.errors import StripeRefused
from app.stripe_gateway.fetched import Body
from app.stripe_gateway.gateway import Gateway
from app.stripe_gateway.listing import Page, ask_page
from app.stripe_gateway.pages import PAGE

HORIZON_DAYS = 30
"""Stripe lists no older event."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Events:
    """A stretch of the list, the oldest first, each as Stripe renders it; `more` are newer ones."""

    events: tuple[Body, ...]
    more: bool


class UnknownEvent(StripeRefused):
    """Stripe does not list this event any more."""


def events_after(gateway: Gateway, event: str) -> Events:
    """What follows an event in the list.

    Raises:
        UnknownEvent: it has aged out of the list.
        StripeUnavailable: ask again later.
    """
    try:
        page = _ask(gateway, ending_before=event)
    except StripeRefused as error:
        if error.code == "resource_missing":
            raise UnknownEvent(str(error), code=error.code, status=error.status) from error
        raise
    return _oldest_first(page)


def events_since(gateway: Gateway, *, since: int, until: int, before_each: Callable[[], None]) -> Events:
    """The oldest stretch of what was created from `since` to `until` (Stripe's clock).

    Stripe pages from the newest event on, so the window is halved until it holds no more than a page.
    """
    low, high, crowded = since, until, None
    while True:
        before_each()
        page = _ask(gateway, created={"gte": low, "lte": high})
        if page.more and low < high:
            crowded = high
        elif page.bodies or crowded is None:
            oldest = _last_page(gateway, low, page, before_each)
            return Events(events=_oldest_first(oldest).events, more=crowded is not None or oldest is not page)
        else:
            low = high + 1
        high = low + (crowded - low) // 2


def _last_page(gateway: Gateway, second: int, page: Page, before_each: Callable[[], None]) -> Page:
    """More happened in one second than a page holds: its oldest page."""
    while page.more and page.bodies:
        before_each()
        page = _ask(gateway, created={"gte": second, "lte": second}, starting_after=page.bodies[-1]["id"])
    return page


def _oldest_first(page: Page) -> Events:
    return Events(events=tuple(reversed(page.bodies)), more=page.more)


def _ask(gateway: Gateway, **which: Any) -> Page:
    return ask_page(gateway, "events", {"limit": PAGE, **which})
