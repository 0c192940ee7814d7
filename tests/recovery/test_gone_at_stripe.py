"""What was deleted at Stripe, and of which Stripe then says no more than that there is no such thing."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.billing import backfill, fetching
from app.billing.pace import Pace
from app.db.engine import Database
from app.db.tables import MIRRORED, table_of
from tests.support.stage import Stage, stage
from tests.support.truth import untruths

CLOCK = "test_helpers.test_clock"
QUICK = Pace(1e6)


@pytest.fixture
def rehearsing(database_url: str) -> Iterator[Stage]:
    """Ida lives on a test clock; the mirror knows all of it."""
    with stage(database_url) as made:
        call, price = made.world.call, made.price("Studio")
        clock = call("POST", "/v1/test_helpers/test_clocks", frozen_time=made.world.now)["id"]
        customer = call("POST", "/v1/customers", test_clock=clock)["id"]
        card = call("POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer)["id"]
        call("POST", "/v1/subscriptions", customer=customer, items=[{"price": price}], default_payment_method=card)
        settle(made)
        yield made


def settle(stage: Stage) -> None:
    """What was hinted at is fetched."""
    for _ in range(4):
        stage.advance(seconds=5)
        fetching.run_pending(stage.context, pace=QUICK)


def fill(stage: Stage) -> None:
    backfill.run(stage.context, tell=lambda _: None, wait=lambda _: None, pace=QUICK, again=True)


def deleted(db: Database, kind: str) -> list[bool]:
    with db.read() as tx:
        return list(tx.execute(select(table_of(MIRRORED[kind]).c.deleted)).scalars())


def throw_away(stage: Stage) -> None:
    (clock,) = stage.world.account.store.all(CLOCK)
    stage.world.call("DELETE", f"/v1/test_helpers/test_clocks/{clock['id']}")


def test_a_backfill_passes_over_a_rehearsal_that_was_thrown_away_unnoticed(rehearsing: Stage) -> None:
    rehearsing.world.trouble.drop(lambda _: True)
    throw_away(rehearsing)
    fill(rehearsing)
    assert deleted(rehearsing.context.db, "subscription") == [False]


def test_a_clock_of_which_an_event_says_that_it_was_deleted_is_deleted(rehearsing: Stage) -> None:
    throw_away(rehearsing)
    settle(rehearsing)
    assert deleted(rehearsing.context.db, CLOCK) == [True]
    assert untruths(rehearsing.context.db, rehearsing.world) == []


def test_a_product_whose_end_is_heard_in_another_release_is_deleted(rehearsing: Stage) -> None:
    rehearsing.world.call("POST", "/v1/products", name="Spare")
    (endpoint,) = rehearsing.world.account.store.all("webhook_endpoint")
    endpoint["api_version"] = "2026-09-30.dahlia"
    settle(rehearsing)
    with rehearsing.world.by_hand() as account:
        spare = next(it for it in account.store.all("product") if it["name"] == "Spare")
        account.store.remove(spare)
        account.emit("deleted", spare)
    settle(rehearsing)
    assert sorted(deleted(rehearsing.context.db, "product")) == [False, True]


def test_what_stripe_does_not_know_and_no_event_has_ended_stays(rehearsing: Stage) -> None:
    """The key may be another account's: that must not empty the mirror."""
    rehearsing.world.trouble.drop(lambda _: True)
    throw_away(rehearsing)
    fill(rehearsing)
    settle(rehearsing)
    assert deleted(rehearsing.context.db, CLOCK) == [False]
