"""Stories written by hand, for bugs that show where a process stands still at the one wrong moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from app.billing import fetching, settling
from app.db import fetch_request
from app.db.fetch_request import FetchWish
from app.policy.claim_reasons import ClaimReason
from tests.simulation.acting import Broken
from tests.simulation.acts_of_customers import Desk
from tests.simulation.acts_of_time import HOUR
from tests.simulation.auditor import Auditor
from tests.simulation.mirror_auditor import untruths
from tests.simulation.process import Doom, Fate, Process
from tests.simulation.rest import deliver_all
from tests.simulation.universe import Universe, universe

FIRST_POINT, NEXT_POINT = Doom(Fate.PARKS, 0), Doom(Fate.PARKS, 1)


def an_event_overtakes_an_answer(database_url: str) -> None:
    """Stripe has answered a fetch; before the answer is committed, a newer event arrives and is applied."""
    with _subscribed(database_url) as world:
        process, subscription = world.jobs[0], world.subscription(Random(0))["id"]
        _wish(world, subscription)
        asked = world.guard.seen
        _park(process, lambda: fetching.run_pending(process.context), when=lambda: world.guard.seen > asked)
        process.go_on(NEXT_POINT)  # before Stripe was asked; now after it has answered
        world.pass_time(1)
        world.world.call("POST", f"/v1/subscriptions/{subscription}", metadata={"uid": "alice", "note": "newer"})
        deliver_all(world)
        process.go_on()
        if wrong := untruths(world):
            raise Broken(f"mirror: {wrong}")


def two_claims_about_one_payment(database_url: str) -> None:
    """Each names another charge of the pair, and each is settled by a process of its own.

    The first has put on record what it will ask of Stripe, and stands still while the second goes all the way.
    """
    with _subscribed(database_url) as world:
        auditor, (first, second) = Auditor(world), world.jobs
        world.outside.a_second_payment_comes_through(0)
        deliver_all(world)
        world.pass_time(HOUR)
        one, other = (_claim(world, number) for number in range(2))
        _park(first, lambda: settling.settle(first.context, one), when=lambda: _has_intent(world))
        second.begin("settles", lambda: settling.settle(second.context, other))
        auditor.after_a_step()
        first.go_on()
        auditor.after_a_step()


@contextmanager
def _subscribed(database_url: str) -> Iterator[Universe]:
    """Alice has paid, and we know it."""
    with universe(database_url) as world:
        world.outside.subscribes(0)
        deliver_all(world)
        world.pass_time(HOUR)
        deliver_all(world)
        yield world


def _park(process: Process, act: Callable[[], Any], *, when: Callable[[], bool]) -> None:
    """At the first point at which that is so."""
    fate = process.begin("is watched", act, FIRST_POINT)
    while fate is Fate.PARKS and not when():
        fate = process.go_on(NEXT_POINT)
    assert fate is Fate.PARKS, f"it never came there: {process.outcome!r}"


def _wish(world: Universe, subscription: str) -> None:
    now = world.clock()
    wish = FetchWish(kind="subscription", object_id=subscription, why="a person asked", requested_at=now, due_at=now)
    with world.observer.db.write() as tx:
        fetch_request.request(tx, [wish])


def _claim(world: Universe, number: int) -> str:
    Desk(world).file(world.observer, number, ClaimReason.CHARGED_TWICE)
    (claim,) = world.rows("SELECT id, state FROM claim ORDER BY filed_at DESC, rowid DESC LIMIT 1")
    assert claim.state == "approved", claim
    return str(claim.id)


def _has_intent(world: Universe) -> bool:
    return bool(world.rows("SELECT 1 FROM settlement_attempt"))
