"""The corpus is what it claims: consistent, in today's shape, from a seed, and with bite."""

import json
from collections import Counter

from app.policy.event_order_state import same, state_before
from tests.corpus.histories import catalog, deliveries, event_bodies, histories, history, truth
from tests.corpus.life import Event
from tests.corpus.shapes import Body
from tests.references import annotations, openapi

LIVES = list(histories(200))
EVENTS = [event for life in LIVES for event in life]


def test_old_values_lead_from_each_state_to_the_one_before() -> None:
    """Save where an update only repeats what another event told before."""
    standing: dict[str, Body] = {}
    for event in EVENTS:
        body, previous = event["data"]["object"], event["data"].get("previous_attributes")
        if previous:
            before = standing[body["id"]]
            assert same(state_before(body, previous), before) or body == before
        standing[body["id"]] = body


def test_events_are_unique_and_in_true_order_with_the_envelope_of_today() -> None:
    assert len({event["id"] for event in EVENTS}) == len(EVENTS)
    for life in LIVES:
        times = [event["created"] for event in life]
        assert times == sorted(times)
    for event in [*EVENTS, *catalog()]:
        assert event["api_version"] == "2026-10-28.endive"
        assert event["livemode"] is False
        assert set(event["request"]) == {"id", "idempotency_key"}
        assert ("previous_attributes" in event["data"]) == event["type"].endswith(".updated")


def test_every_body_has_the_shape_that_independent_references_know() -> None:
    for event in [*EVENTS[:1000], *catalog()]:
        assert annotations.violations(event) + openapi.object_violations(event) == []


def test_a_good_part_of_the_sign_ups_changes_twice_in_a_second() -> None:
    def changes_twice(life: list[Event]) -> bool:
        told = Counter(
            (event["data"]["object"]["id"], event["created"])
            for event in life
            if event["type"].startswith("customer.subscription.")
        )
        return max(told.values()) > 1

    assert 0.3 < sum(map(changes_twice, LIVES)) / len(LIVES) < 0.5
    assert 12 <= len(EVENTS) / len(LIVES) <= 20


def test_a_seed_makes_the_same_history_and_another_seed_another() -> None:
    assert history(7, seed=1) == history(7, seed=1)
    assert not set(truth(history(7, seed=1))) & set(truth(history(7, seed=2)))


def test_deliveries_keep_every_event_and_repeat_some() -> None:
    arrived = Counter(event["id"] for event in deliveries(EVENTS, seed=3, duplicates=0.1))
    assert set(arrived) == {event["id"] for event in EVENTS}
    assert 0.05 < sum(count > 1 for count in arrived.values()) / len(arrived) < 0.15


def test_raw_bodies_are_the_events_that_the_truth_is_made_of() -> None:
    raw = list(event_bodies(20, seed=5))
    known = {event["id"]: event for life in histories(20, seed=5) for event in life}
    assert {event_id for event_id, _ in raw} == set(known)
    assert all(json.loads(body) == known[event_id] for event_id, body in raw)
