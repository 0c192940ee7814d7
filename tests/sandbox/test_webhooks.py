"""Webhooks: signed afresh, retried, and troubled on command."""

from collections.abc import Callable

import orjson
import pytest
import stripe

from app.sandbox.world import World
from tests.sandbox.stage import DAY, HOUR, NOON, Json, Stage, staged

URL = "http://127.0.0.1:9/webhooks"
Post = Callable[[str, bytes, dict[str, str]], int]


def endpoint(world: World, *events: str, **fields: object) -> Json:
    return world.call("POST", "/v1/webhook_endpoints", url=URL, enabled_events=list(events) or ["*"], **fields)


class Receiver:
    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[Json] = []
        self.signatures: list[str] = []

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        assert url == URL
        self.got.append(orjson.loads(body))
        self.signatures.append(headers["Stripe-Signature"])
        return self.statuses.pop(0) if self.statuses else 200

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.got]


def touch(stage: Stage, times: int = 1) -> str:
    customer = stage.customer(card=None)
    for number in range(times - 1):
        stage.world.call("POST", f"/v1/customers/{customer}", name=f"name {number}")
    return customer


def test_the_sdk_verifies_what_is_delivered(stage: Stage) -> None:
    secret = endpoint(stage.world, "customer.created")["secret"]
    touch(stage)
    [delivery] = stage.world.deliveries()
    tolerance = 10**10
    event = stripe.Webhook.construct_event(
        delivery.body, delivery.headers["Stripe-Signature"], secret, tolerance=tolerance
    )
    assert (event.type, event.api_version) == ("customer.created", "2026-10-28.endive")
    assert delivery.headers["Stripe-Signature"].startswith(f"t={NOON},v1=")


def test_only_enabled_events_are_delivered_once(stage: Stage) -> None:
    endpoint(stage.world, "customer.created")
    touch(stage, 3)
    receiver = Receiver()
    stage.world.deliver(receiver)
    stage.world.deliver(receiver)
    assert receiver.types == ["customer.created"]


def test_a_failed_delivery_comes_again_signed_at_its_own_time(stage: Stage) -> None:
    endpoint(stage.world, "customer.created")
    touch(stage)
    receiver = Receiver(500, 0)
    stage.world.deliver(receiver)
    stage.world.deliver(receiver)
    assert len(receiver.got) == 1
    stage.world.advance(5 * 60)
    stage.world.deliver(receiver)
    stage.world.advance(HOUR)
    stage.world.deliver(receiver)
    assert [it["id"] for it in receiver.got] == [receiver.got[0]["id"]] * 3
    assert len(set(receiver.signatures)) == 3
    assert stage.world.events[-1]["pending_webhooks"] == 0


@pytest.mark.parametrize(("livemode", "lasts"), [(True, 3 * DAY), (False, DAY)])
def test_stripe_gives_up_after_days_in_live_and_hours_in_test_mode(livemode: bool, lasts: int) -> None:
    with staged(World(NOON, livemode=livemode)) as stage:
        stage.world.call(
            "POST", "/v1/webhook_endpoints", url="https://example.com", enabled_events=["customer.created"]
        )
        touch(stage)
        attempts = []
        for _ in range(2 * lasts // HOUR):
            stage.world.deliver(lambda *_: attempts.append(stage.world.now) or 500)  # type: ignore[func-returns-value]
            stage.world.advance(HOUR)
        assert len(attempts) == (10 if livemode else 4)
        assert attempts[-1] <= NOON + lasts
        found = stage.world.call("GET", "/v1/events", delivery_success=False)
        assert [it["type"] for it in found["data"]] == ["customer.created"]


def test_two_secrets_sign_while_one_is_rolled(stage: Stage) -> None:
    made = endpoint(stage.world, "customer.created")
    stage.world.outbox.roll(made["id"])
    touch(stage)
    assert stage.world.deliveries()[0].headers["Stripe-Signature"].count("v1=") == 2
    stage.world.advance(DAY)
    assert stage.world.deliveries()[0].headers["Stripe-Signature"].count("v1=") == 1


def test_another_api_version_is_written_on_the_event(stage: Stage) -> None:
    endpoint(stage.world, "customer.created", api_version="2026-08-26.dahlia")
    touch(stage)
    receiver = Receiver()
    stage.world.deliver(receiver)
    assert receiver.got[0]["api_version"] == "2026-08-26.dahlia"


def test_duplicates_delay_drop_and_order(stage: Stage) -> None:
    endpoint(stage.world, "customer.created", "customer.updated")
    trouble, receiver = stage.world.trouble, Receiver()
    trouble.duplicate()
    touch(stage)
    stage.world.deliver(receiver)
    assert receiver.types == ["customer.created"] * 2
    trouble.calm()
    trouble.delay(60)
    trouble.drop(lambda event: event["type"] == "customer.created")
    touch(stage, 2)
    stage.world.deliver(receiver)
    assert len(receiver.got) == 2
    stage.world.advance(60)
    stage.world.deliver(receiver)
    assert receiver.types[2:] == ["customer.updated"]
    assert stage.last("customer.created")["pending_webhooks"] == 1


def test_reordering_is_the_same_for_the_same_seed() -> None:
    orders = []
    for seed in (1, 1, 2):
        with staged() as stage:
            endpoint(stage.world)
            stage.world.trouble.reorder(seed)
            touch(stage, 6)
            receiver = Receiver()
            stage.world.deliver(receiver)
            orders.append([event["id"] for event in receiver.got])
    assert orders[0] == orders[1] != orders[2]


def test_a_deleted_endpoint_gets_no_more(stage: Stage) -> None:
    made = endpoint(stage.world)
    touch(stage)
    stage.stripe.v1.webhook_endpoints.delete(made["id"])
    assert stage.world.deliveries() == []


def test_a_secret_is_told_only_once(stage: Stage) -> None:
    made = endpoint(stage.world)
    assert made["secret"].startswith("whsec_")
    assert "secret" not in stage.get("webhook_endpoints", made["id"])
