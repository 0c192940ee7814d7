"""A process with a Stripe in which people have subscribed, and been billed twice since."""

import sys
from threading import Event
from typing import Any

from app.sandbox.server import serve
from app.sandbox.world import World

START = 1_780_000_000
MONTH = 32 * 86_400


def account(customers: int) -> World:
    world = World(start=START)
    product = world.call("POST", "/v1/products", name="Studio")["id"]
    monthly = {"product": product, "unit_amount": 900, "currency": "usd", "recurring": {"interval": "month"}}
    price = world.call("POST", "/v1/prices", **monthly)["id"]
    for number in range(customers):
        _subscribe(world, f"user-{number}", price)
    world.advance(MONTH)
    return world


def _subscribe(world: World, uid: str, price: str) -> None:
    customer = world.call("POST", "/v1/customers", email=f"{uid}@example.com")["id"]
    card = world.call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    given: dict[str, Any] = {"items": [{"price": price}], "metadata": {"uid": uid}}
    world.call("POST", "/v1/subscriptions", customer=customer, default_payment_method=card, **given)


if __name__ == "__main__":
    with serve(account(int(sys.argv[2])), port=int(sys.argv[1])):
        Event().wait()
