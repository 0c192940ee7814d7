"""Every object and event of a long life satisfies the package's annotations and the API's document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from app.sandbox.world import World
from tests.references.annotations import unknown_values, violations
from tests.references.openapi import object_violations
from tests.sandbox.stage import DAY, HOUR, NOON, Json, Stage, staged

MONTH = 31 * DAY


def live(stage: Stage) -> None:
    """Touches every kind of object and every transition that the sandbox knows."""
    world = stage.world
    sub = stage.subscribe(metadata={"uid": "7"})
    item = sub["items"]["data"][0]["id"]
    world.call("POST", f"/v1/subscriptions/{sub['id']}", items=[{"id": item, "quantity": 2}])
    world.advance(MONTH + HOUR)
    world.portal_cancel(sub["id"])
    failing = stage.customer()
    stage.subscribe(failing)
    world.decline(stage.card_of(failing))
    paused = stage.subscribe()
    world.call("POST", f"/v1/subscriptions/{paused['id']}/pause")
    stage.subscribe(trial_period_days=5, billing_mode={"type": "classic"})
    stage.subscribe(stage.customer(card=None), collection_method="send_invoice", days_until_due=3)
    written_off = stage.subscribe()
    pause = {"behavior": "mark_uncollectible"}
    world.call("POST", f"/v1/subscriptions/{written_off['id']}", pause_collection=pause)
    planned = stage.subscribe()
    made = world.call("POST", "/v1/subscription_schedules", from_subscription=planned["id"])
    world.call("POST", f"/v1/subscription_schedules/{made['id']}/release")
    stage.subscribe(stage.customer(card="pm_card_chargeCustomerFail"))
    _sign_up_by_checkout(stage)
    _walk_a_test_clock(stage)
    world.advance(2 * MONTH)
    world.call("DELETE", f"/v1/customers/{failing}")


def _sign_up_by_checkout(stage: Stage) -> None:
    items = [{"price": stage.monthly, "quantity": 1}]
    made = stage.world.call(
        "POST", "/v1/checkout/sessions", mode="subscription", success_url="https://example.com", line_items=items
    )
    stage.world.complete_checkout(made["id"])


def _walk_a_test_clock(stage: Stage) -> None:
    path = "/v1/test_helpers/test_clocks"
    clock = stage.world.call("POST", path, frozen_time=NOON)
    stage.subscribe(stage.customer(test_clock=clock["id"]))
    stage.world.call("POST", f"{path}/{clock['id']}/advance", frozen_time=NOON + MONTH + HOUR)
    stage.world.advance(5)


@pytest.fixture(scope="module", params=[True, False], ids=["defaults", "other renderings"])
def lived(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with staged(World(NOON)) as stage:
        variants = stage.world.variants
        if not request.param:
            variants.status_details_when_not_paused = "null"
            variants.flexible_flag_sets_cancel_at = False
            variants.signup_starts_incomplete = False
            variants.test_clock_events = "frozen"
        live(stage)
        yield stage


def complaints(objects: Iterable[Json]) -> set[str]:
    return {
        complaint for obj in objects for complaint in (*violations(obj), *unknown_values(obj), *object_violations(obj))
    }


def test_every_event_satisfies_both_judges(lived: Stage) -> None:
    assert len(set(lived.happened())) > 30
    assert complaints(lived.world.events) == set()


def test_every_stored_object_satisfies_both_judges(lived: Stage) -> None:
    store = lived.world.account.store
    kinds = ("subscription", "invoice", "charge", "payment_intent", "invoice_payment", "checkout.session", "price")
    objects = [obj for kind in kinds for obj in store.all(kind)]
    objects += [
        obj for kind in ("customer", "product", "payment_method", "webhook_endpoint") for obj in store.all(kind)
    ]
    assert len(objects) > 40
    assert complaints(objects) == set()


def test_each_updated_event_describes_the_state_before_it(lived: Stage) -> None:
    """Undoing an event gives the last told state of its object, whatever it was told by."""
    last: dict[str, Json] = {}
    checked = 0
    for event in lived.world.events:
        obj = event["data"]["object"]
        previous = event["data"].get("previous_attributes")
        if event["type"].endswith(".updated") and obj["object"] == "subscription" and obj["id"] in last:
            assert previous
            former = last[obj["id"]]
            assert {key: former.get(key) for key in previous if not isinstance(previous[key], dict)} == {
                key: value for key, value in previous.items() if not isinstance(value, dict)
            }
            unchanged = obj.keys() - previous.keys()
            assert {key: obj[key] for key in unchanged} == {key: former.get(key) for key in unchanged}
            checked += 1
        last[obj.get("id", "")] = obj
    assert checked > 5


def test_only_updates_tell_previous_attributes(lived: Stage) -> None:
    told = {it["type"] for it in lived.world.events if "previous_attributes" in it["data"]}
    assert {kind for kind in told if not kind.endswith(".updated")} <= {"payment_method.detached"}
