"""Reading the `items` of an update: which item becomes what, refused as a whole if any is impossible."""

from dataclasses import dataclass
from typing import cast

from app.sandbox.account import Account
from app.sandbox.refusal import invalid, no_such
from app.sandbox.state.plain import Json
from app.sandbox.wire import params as p


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    item: Json | None  # None: a new one
    price: Json
    quantity: int
    metadata: dict[str, str] | None
    deleted: bool

    @property
    def changes_price(self) -> bool:
        was = self.item
        if was is None or self.deleted:
            return True
        return (was["price"]["id"], was["quantity"]) != (self.price["id"], self.quantity)


def wanted_changes(account: Account, sub: Json, wanted: list[Json]) -> list[ItemChange]:
    changes = [_read(account, sub, it, index) for index, it in enumerate(wanted)]
    _check_outcome(sub, changes)
    return changes


def _read(account: Account, sub: Json, wanted: Json, index: int) -> ItemChange:
    item = _named(sub, wanted.get("id"), index)
    if item is None and ("price" not in wanted or wanted.get("deleted")):
        name = f"items[{index}][price]"
        raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    price = item["price"] if item else None
    if "price" in wanted:
        price = _price(account, wanted["price"], f"items[{index}][price]", sub["currency"])
    old_metadata = item["metadata"] if item else {}
    return ItemChange(
        item=item,
        price=price or {},
        quantity=int(wanted["quantity"] if "quantity" in wanted else item["quantity"] if item else 1),
        metadata=p.merged(old_metadata, wanted["metadata"]) if "metadata" in wanted else None,
        deleted=wanted.get("deleted", False),
    )


def _named(sub: Json, item_id: str | None, index: int) -> Json | None:
    if item_id is None:
        return None
    for item in sub["items"]["data"]:
        if item["id"] == item_id:
            return cast("Json", item)
    raise no_such("subscription_item", item_id, param=f"items[{index}][id]", status=400)


def _price(account: Account, price_id: str, param: str, currency: str) -> Json:
    price = account.need("price", price_id, param=param)
    if price["type"] != "recurring" or not price["active"]:
        raise invalid("Subscriptions take active recurring prices only.", param=param)
    if price["currency"] != currency:
        raise invalid(f"The price's currency must be {currency}.", param=param)
    return price


def _check_outcome(sub: Json, changes: list[ItemChange]) -> None:
    """At least one item stays, each price once; classic billing keeps one interval."""
    touched = {id(change.item) for change in changes if change.item is not None}
    prices = [it["price"] for it in sub["items"]["data"] if id(it) not in touched]
    prices += [change.price for change in changes if not change.deleted]
    if not prices:
        raise invalid("A subscription must have at least one active plan.", param="items")
    if len({price["id"] for price in prices}) < len(prices):
        raise invalid("You cannot add multiple subscription items with the same price.", param="items")
    cycles = {(pr["recurring"]["interval"], pr["recurring"]["interval_count"]) for pr in prices}
    if sub["billing_mode"]["type"] == "classic" and len(cycles) > 1:
        raise invalid("All prices on a classic subscription must share one interval.", param="items")
