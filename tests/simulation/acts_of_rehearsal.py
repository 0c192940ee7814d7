"""A rehearsal: somebody lives on a test clock, whose time goes on by itself, far from everybody else's."""

from random import Random
from typing import Any

from tests.journeys.money_outside import UIDS
from tests.simulation.acts_of_customers import at_stripe
from tests.simulation.acts_of_time import DAY, HOUR
from tests.simulation.universe import Universe

CLOCK = "test_helpers.test_clock"
REHEARSER = "rita"
EVERYBODY = (*UIDS, REHEARSER)
MOST = 2
LEAPS = (1, HOUR, 5 * HOUR, DAY, DAY, 3 * DAY, 8 * DAY, 31 * DAY, 31 * DAY)


def begins(universe: Universe, random: Random) -> str | None:
    """At any time that the integrator likes."""
    ahead, price = random.choice((0, 0, -9 * DAY, 400 * DAY)), random.choice(universe.outside.prices)
    trial: dict[str, Any] = {"trial_period_days": 3} if random.random() < 0.2 else {}
    if len(_clocks(universe)) >= MOST:
        return None

    def deed() -> None:
        call, frozen = universe.world.call, universe.world.now + ahead
        clock = call("POST", "/v1/test_helpers/test_clocks", frozen_time=frozen)["id"]
        named = {"metadata": {"uid": REHEARSER}, "email": f"{REHEARSER}@example.com", "test_clock": clock}
        customer = call("POST", "/v1/customers", **named)["id"]
        universe.outside.of[customer] = REHEARSER
        card = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
        call("POST", f"/v1/customers/{customer}", invoice_settings={"default_payment_method": card})
        call("POST", "/v1/subscriptions", customer=customer, items=[{"price": price}], **trial)

    return at_stripe(universe, f"{REHEARSER} begins a rehearsal {ahead} seconds ahead {trial or ''}", deed)


def goes_on(universe: Universe, random: Random) -> str | None:
    leap, clocks = random.choice(LEAPS), _clocks(universe)
    if not clocks:
        return None
    clock = random.choice(clocks)
    path, to = f"/v1/test_helpers/test_clocks/{clock['id']}/advance", clock["frozen_time"] + leap
    what = f"test clock {clock['id'][-4:]} is moved on by {leap} seconds"
    return at_stripe(universe, what, lambda: universe.world.call("POST", path, frozen_time=to))


def ends(universe: Universe, random: Random) -> str | None:
    """The clock goes, and with it everybody on it."""
    clocks = _clocks(universe)
    if not clocks:
        return None
    path = f"/v1/test_helpers/test_clocks/{random.choice(clocks)['id']}"
    return at_stripe(universe, "a rehearsal is thrown away", lambda: universe.world.call("DELETE", path))


def _clocks(universe: Universe) -> list[Any]:
    return list(universe.world.account.store.all(CLOCK))
