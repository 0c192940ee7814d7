"""What may befall one subscription in a few months, as Hypothesis draws it, played in the sandbox."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from app.sandbox.world import SandboxRefusal, World

START = 1_792_735_200  # 2026-10-23 06:00:00 UTC
HOUR, DAY = 3600, 86400
Step = tuple[str, int]

# Steps without an advance between them happen within one second of Stripe's clock.
steps = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["cancel", "resume", "portal", "note", "end", "decline", "accept", "pay"]), st.just(0)
        ),
        st.tuples(st.just("advance"), st.sampled_from([1, HOUR, 5 * DAY, 31 * DAY])),
    ),
    min_size=2,
    max_size=12,
)


def play(story: list[Step]) -> World:
    """A world in which Ada signed up and then all this happened; what Stripe refuses did not happen."""
    world = World(start=START)
    call = world.call
    product = call("POST", "/v1/products", name="Studio")["id"]
    every = {"interval": "month"}
    price = call("POST", "/v1/prices", product=product, unit_amount=2000, currency="usd", recurring=every)["id"]
    customer = call("POST", "/v1/customers", metadata={"uid": "ada"})["id"]
    card = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
    made = call("POST", "/v1/subscriptions", customer=customer, items=[{"price": price}], default_payment_method=card)
    for number, (name, seconds) in enumerate(story):
        try:
            _act(world, made["id"], card)[name](seconds, number)
        except SandboxRefusal:
            continue
    return world


def _act(world: World, subscription: str, card: str) -> dict[str, Callable[[int, int], Any]]:
    path = f"/v1/subscriptions/{subscription}"
    return {
        "advance": lambda seconds, _: world.advance(seconds),
        "cancel": lambda _s, _n: world.call("POST", path, cancel_at_period_end=True),
        "resume": lambda _s, _n: world.call("POST", path, cancel_at_period_end=False),
        "portal": lambda _s, _n: world.portal_cancel(subscription),
        "note": lambda _s, number: world.call("POST", path, metadata={"note": str(number)}),
        "end": lambda _s, _n: world.call("DELETE", path),
        "decline": lambda _s, _n: world.decline(card),
        "accept": lambda _s, _n: world.accept(card),
        "pay": lambda _s, _n: world.call("POST", f"/v1/invoices/{_newest_invoice(world)}/pay"),
    }


def _newest_invoice(world: World) -> str:
    return str(world.call("GET", "/v1/invoices", limit=1)["data"][0]["id"])
