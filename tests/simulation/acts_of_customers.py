"""What customers do: subscribe, pay, fail to pay, pay twice, cancel and resume; and what befalls their cards."""

from contextlib import suppress
from random import Random

from app.sandbox.world import SandboxRefusal
from tests.simulation.universe import Universe


def subscribes(universe: Universe, random: Random) -> str:
    before = len(list(universe.world.account.store.all("subscription")))
    universe.outside.subscribes(random.randrange(6))
    after = len(list(universe.world.account.store.all("subscription")))
    return "somebody subscribes" if after > before else "somebody wants to subscribe, and the card declines"


def card_turns(universe: Universe, random: Random) -> str:
    card = random.choice(list(universe.world.account.store.all("payment_method")))
    bad = random.random() < 0.5
    with suppress(SandboxRefusal):
        (universe.world.decline if bad else universe.world.accept)(card["id"])
    return f"{universe.uid_of(card['customer'])}'s card {'declines' if bad else 'works'} from now on"
