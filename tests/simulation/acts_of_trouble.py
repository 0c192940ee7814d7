"""What goes wrong: Stripe's answers, the network with its webhooks, deploys, and requests that come once more."""

from __future__ import annotations

from random import Random

from app.sandbox.outbox import signature
from tests.journeys.money_outside import TROUBLES
from tests.simulation.acting import let
from tests.simulation.universe import Universe

OLDER = ("2026-09-30.dahlia", "2025-03-31.basil")
WHERE = ("POST", "POST", "GET", "", "/v1/refunds", "/v1/subscriptions", "/v1/invoices")


def stripe_stumbles(universe: Universe, random: Random) -> str:
    kind, only, count = random.choice(TROUBLES), random.choice(WHERE), random.choice((1, 1, 2, 6))
    getattr(universe.world.trouble, kind)(count, only=only)
    return f"Stripe will have trouble: {kind} for the next {count} {only or 'requests'}"


def stripe_goes_away(universe: Universe, random: Random) -> str:
    away = random.random() < 0.4
    universe.world.trouble.outage(away)
    return "Stripe is away" if away else "Stripe is there again"


def webhooks_are_lost(universe: Universe, random: Random) -> str:
    share, chance = random.choice((0, 0, 0.2, 1)), Random(random.getrandbits(32))
    universe.world.trouble.drop(lambda _event: chance.random() < share)
    return f"the network loses {share:.0%} of new webhooks from now on"


def webhooks_are_doubled(universe: Universe, random: Random) -> str:
    copies = random.choice((0, 1, 2))
    universe.world.trouble.duplicate(copies)
    return f"webhooks come {copies + 1} times from now on"


def webhooks_are_late(universe: Universe, random: Random) -> str:
    most, chance = random.choice((0, 0, 5, 600, 5 * 86400)), Random(random.getrandbits(32))
    universe.world.trouble.delay(lambda _event: chance.randrange(most + 1))
    return f"webhooks take up to {most} seconds from now on"


def release_changes(universe: Universe, random: Random) -> str:
    """An endpoint that was made for another release gets bodies that our code does not read."""
    endpoint = next(iter(universe.world.account.store.all("webhook_endpoint")))
    endpoint["api_version"] = random.choice((*OLDER, None, None))
    return f"webhooks are rendered in release {endpoint['api_version'] or 'of today'} from now on"


def an_old_event_comes_again(universe: Universe, random: Random) -> str | None:
    idle = universe.idle(universe.webs)
    sent = [each for each in universe.world.events if each["id"] in universe.acknowledged]
    if not idle or not sent:
        return None
    event, process = random.choice(sent), random.choice(idle)
    body = universe.render(event)
    app, headers = (
        universe.app(process),
        {"Stripe-Signature": signature(body, [universe.secret], at=universe.world.now)},
    )

    def act() -> int:
        return app.test_client().post("/webhooks/stripe", data=body, headers=headers).status_code

    return let(universe, process, f"is given {event['type']} {event['id'][-4:]} once more", act, random)


def we_deploy(universe: Universe, _random: Random) -> str:
    for process in universe.processes:
        process.kill()
    return "every process of ours is stopped and started again"


def our_clock_is_off(universe: Universe, random: Random) -> str:
    process, seconds = random.choice(universe.processes), random.choice((0, 0, -20, -2, 2, 20))
    universe.skews[process.name] = seconds
    universe.ahead = max(universe.ahead, seconds)
    return f"the clock of {process.name} is off by {seconds} seconds"
