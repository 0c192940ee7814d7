"""Follows a list inside an object to its end: Stripe embeds only its first entries."""

from collections.abc import Callable, Iterator

import stripe

from app.stripe_gateway.fetched import Body
from app.stripe_gateway.gateway import Gateway

PAGE = 100
_LISTS = {"subscription": "items", "invoice": "lines"}


def with_whole_list(gateway: Gateway, kind: str, body: Body) -> Body:
    """`body` with the list that objects of this kind embed, complete."""
    name = _LISTS.get(kind)
    embedded = body.get(name) if name else None
    if name is None or not isinstance(embedded, dict) or not embedded.get("has_more"):
        return body
    pages = _subscription_items if kind == "subscription" else _invoice_lines
    entries = [*embedded["data"], *_rest(pages(gateway, body["id"]), embedded["data"])]
    return {**body, name: {**embedded, "data": entries, "has_more": False}}


Page = Callable[[str | None], stripe.StripeObject]


def _rest(page_after: Page, entries: list[Body]) -> Iterator[Body]:
    more, last = True, entries[-1]["id"] if entries else None
    while more:
        page = page_after(last).to_dict(for_json=True)
        yield from page["data"]
        more = bool(page["has_more"] and page["data"])
        last = page["data"][-1]["id"] if page["data"] else None


def _subscription_items(gateway: Gateway, subscription: str) -> Page:
    items = gateway.client.v1.subscription_items

    def page_after(last: str | None) -> stripe.StripeObject:
        if last is None:
            return items.list({"subscription": subscription, "limit": PAGE})
        return items.list({"subscription": subscription, "limit": PAGE, "starting_after": last})

    return page_after


def _invoice_lines(gateway: Gateway, invoice: str) -> Page:
    lines = gateway.client.v1.invoices.line_items

    def page_after(last: str | None) -> stripe.StripeObject:
        return lines.list(invoice, {"limit": PAGE} if last is None else {"limit": PAGE, "starting_after": last})

    return page_after
