"""A planned end is undone by who lost their standing, or over and over again."""

from app.billing.cancellation import CancelResult, cancel, resume
from app.billing.cancellation_intent import MOST_RESUMED_A_DAY
from app.billing.standing import Ruling, decide_standing
from app.policy.standing import Standing
from tests.support.stage import Stage
from tests.support.visitor import press, signed_in, words_of


def test_who_is_suspended_cannot_undo_the_end(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    client = signed_in(acted, "ann")
    press(client, f"/account/subscriptions/{subscription}/cancel")
    decide_standing(acted.context, Ruling(uid="ann", standing=Standing.SUSPENDED, reason="spam", actor="olga"))
    acted.advance(minutes=1)
    before = len(acted.world.requests)
    press(client, f"/account/subscriptions/{subscription}/resume")
    assert "not in good standing" in words_of(client.get("/account"))
    assert len(acted.world.requests) == before
    assert acted.world.call("GET", f"/v1/subscriptions/{subscription}")["cancel_at"] is not None


def test_one_can_resume_so_often_in_a_day_and_end_it_always(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    ann = {"uid": "ann", "subscription": subscription, "actor": "customer"}
    for _ in range(MOST_RESUMED_A_DAY):
        assert cancel(acted.context, **ann).result is CancelResult.SCHEDULED
        assert resume(acted.context, **ann).result is CancelResult.RESUMED
    assert cancel(acted.context, **ann).result is CancelResult.SCHEDULED
    assert resume(acted.context, **ann).result is CancelResult.TOO_OFTEN
    assert cancel(acted.context, **ann).result is CancelResult.ALREADY_ENDING
    acted.advance(days=1, seconds=1)
    assert resume(acted.context, **ann).result is CancelResult.RESUMED
