"""Whatever the sandbox says, in events and in answers, both judges of Stripe's shape let pass."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

import orjson
import pytest

from app.sandbox.variants import AccountSettings, Variants
from app.sandbox.world import World
from tests.references.annotations import unknown_values, violations
from tests.references.openapi import object_violations, response_violations
from tests.references.operations import documented
from tests.sandbox_conformance import story
from tests.sandbox_conformance.recorder import Answer, Recorder

RENDERINGS = {
    "as a rule": AccountSettings(),
    "the other way": AccountSettings(after_last_retry="unpaid", uncollectible_after_last_retry=True, upcoming_days=7),
    "pausing": AccountSettings(retry_days=(1,), after_last_retry="pause"),
}


@pytest.fixture(scope="module", params=RENDERINGS)
def told(request: pytest.FixtureRequest) -> Recorder:
    """The whole story, and then a look at everything that there is."""
    world = World(start=1793880000, livemode=request.param == "pausing")
    for setting in fields(AccountSettings):
        setattr(world.settings, setting.name, getattr(RENDERINGS[request.param], setting.name))
    if request.param == "the other way":
        _render_otherwise(world.variants)
    record = Recorder(world=world)
    story.play(record)
    story.look_around(record)
    return record


def _render_otherwise(variants: Variants) -> None:
    """The last of each knob's values; the first is the default."""
    for knob, hint in get_type_hints(Variants).items():
        values = get_args(hint) or (True, False)
        setattr(variants, knob, not getattr(variants, knob) if hint is bool else values[-1])


def test_the_story_is_worth_judging(told: Recorder) -> None:
    kinds = {event["type"] for event in told.world.events}
    assert kinds >= story.EVENTS
    assert len(told.world.events) > 1000
    assert len(told.answers) > 300
    assert len(told.refusals) > 10
    objects = {answer.body["object"] for answer in told.answers}
    assert objects >= story.OBJECTS


def test_every_event_passes_both_judges(told: Recorder) -> None:
    complaints = {
        complaint: event["id"]
        for event in told.world.events
        for complaint in violations(event) + unknown_values(event) + object_violations(event, complete=True)
    }
    assert complaints == {}


def test_every_webhook_passes_both_judges(told: Recorder) -> None:
    bodies = [orjson.loads(delivery.body) for delivery in told.world.deliveries()]
    assert len(bodies) > 1000
    assert {body["pending_webhooks"] for body in bodies} != {0}
    complaints = {
        complaint: body["id"]
        for body in bodies
        for complaint in violations(body) + unknown_values(body) + object_violations(body, complete=True)
    }
    assert complaints == {}


def test_every_answer_passes_both_judges(told: Recorder) -> None:
    assert {complaint: str(answer) for answer in told.answers for complaint in _complaints(answer)} == {}


def test_every_refusal_is_an_error_of_stripes(told: Recorder) -> None:
    complaints = {
        complaint: str(refusal)
        for refusal in told.refusals
        for complaint in violations(refusal.body) + unknown_values(refusal.body) + object_violations(refusal.body)
    }
    assert complaints == {}


def _complaints(answer: Answer) -> list[str]:
    found = violations(answer.body) + unknown_values(answer.body)
    found += object_violations(answer.body, complete=True)
    if documented(answer.method, answer.path) is not None:
        found += response_violations(answer.method, answer.path, answer.body)
    return found
