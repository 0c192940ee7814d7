"""Realistic event histories from a seed, the orders in which they may be delivered, and what is true in the end."""

from collections.abc import Iterator, Sequence
from operator import itemgetter
from random import Random

import orjson

from tests.corpus import journeys, shapes
from tests.corpus.life import DAY, Event, Life
from tests.corpus.shapes import PRICES, Body
from tests.corpus.sign_up import sign_up

_SIDE_BY_SIDE = 250  # lives that a stream interleaves, as a busy account would


def history(number: int, *, seed: int = 0) -> list[Event]:
    """All events of one sign-up, in the order in which things happened."""
    life = Life(number, seed=seed)
    subscription_id = sign_up(life)
    life.wait(life.rng.randrange(600, 20 * DAY))
    for journey, share in (
        (journeys.tinker, 0.15),
        (journeys.renew, 0.35),
        (journeys.change_mind, 0.55),
        (journeys.end_if_scheduled, 0.4),
    ):
        if life.chance(share):
            journey(life, subscription_id)
    return life.events


def histories(sign_ups: int, *, seed: int = 0) -> Iterator[list[Event]]:
    return (history(number, seed=seed) for number in range(sign_ups))


def catalog(*, seed: int = 0) -> list[Event]:
    """What every sign-up buys: told once, before the first of them."""
    life = Life(0, seed=seed)
    life.now = shapes.product()["created"]
    life.begin("product.created", shapes.product(), asked=True)
    for number in range(PRICES):
        life.begin("price.created", shapes.price(number), asked=True)
    return life.events


def truth(events: Sequence[Event]) -> dict[str, Body]:
    """Every object as its last event in true order left it."""
    return {event["data"]["object"]["id"]: event["data"]["object"] for event in events}


def deliveries(events: Sequence[Event], *, seed: int, duplicates: float = 0.05, reorder: float = 0.2) -> list[Event]:
    """The events as they may arrive: some twice, some late by up to three days, equal seconds in any order."""
    rng = Random(seed)
    arrivals = [(event["created"] + _delay(rng, reorder), rng.random(), event) for event in events]
    again = [(at + _delay(rng, 1.0), rng.random(), event) for at, _, event in arrivals if rng.random() < duplicates]
    return [event for _, _, event in sorted(arrivals + again, key=itemgetter(0, 1))]


def event_bodies(
    sign_ups: int, *, seed: int = 0, duplicates: float = 0.05, reorder: float = 0.2
) -> Iterator[tuple[str, bytes]]:
    """The raw bodies to sign and post, indented as Stripe's are, with the event's id, in order of arrival."""
    for first in range(0, sign_ups, _SIDE_BY_SIDE):
        numbers = range(first, min(first + _SIDE_BY_SIDE, sign_ups))
        together = [event for number in numbers for event in history(number, seed=seed)]
        for event in deliveries(together, seed=seed + first, duplicates=duplicates, reorder=reorder):
            yield event["id"], orjson.dumps(event, option=orjson.OPT_INDENT_2)


def _delay(rng: Random, late: float) -> float:
    """Most webhooks take about a second; a late one comes with one of Stripe's retries, hours or days after."""
    if rng.random() < late:
        return rng.choice((2.0, 60.0, 3600.0, 86400.0, 259200.0)) * rng.random()
    return rng.expovariate(1.0)
