"""Stories stay what they were when there is more that can happen."""

from tests.simulation.steps import write_story

WEIGHTS = {"time passes": 5.0, "webhooks arrive": 9.0, "somebody cancels": 0.5, "Stripe stumbles": 1.0}


def test_the_same_seed_gives_the_same_story_and_another_one_another() -> None:
    first, again, other = (write_story(seed, steps=50, weights=WEIGHTS) for seed in (7, 7, 8))
    assert first == again
    assert first.steps != other.steps


def test_a_longer_story_begins_with_the_same_steps() -> None:
    short, long = (write_story(7, steps=steps, weights=WEIGHTS).steps for steps in (20, 60))
    assert long[:20] == short


def test_a_new_act_comes_in_between_and_leaves_the_others_as_they_were() -> None:
    before = write_story(7, steps=50, weights=WEIGHTS).steps
    after = write_story(7, steps=200, weights={"a new job runs": 4.0, **WEIGHTS}).steps
    assert [step for step in after if step.act != "a new job runs"][:50] == list(before)
    assert any(step.act == "a new job runs" for step in after)


def test_acts_happen_as_often_as_they_should() -> None:
    told = [step.act for seed in range(60) for step in write_story(seed, steps=40, weights=WEIGHTS).steps]
    assert told.count("webhooks arrive") > told.count("time passes") > told.count("Stripe stumbles") > 0


def test_each_story_leaves_something_out() -> None:
    acts = [{step.act for step in write_story(seed, steps=80, weights=WEIGHTS).steps} for seed in range(20)]
    assert {len(each) for each in acts} >= {3, 4}


def test_nothing_happens_where_nothing_can() -> None:
    assert write_story(1, steps=5, weights={"never": 0.0}).steps == ()
