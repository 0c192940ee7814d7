"""A hold is checked again whatever else happens to the subscription, and no grace at all is not blindness."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from app.billing import fetching, look_again
from app.billing.look_again import LookReport
from app.billing.pace import Pace
from app.policy.access_look import LAST_CALLS, RECHECK
from app.policy.instants import from_epoch
from tests.support.access_table import row
from tests.support.product import ask_access
from tests.support.stage import START, Stage, stage

QUICK = Pace(1e6)
MONTH = timedelta(days=31)
LOCK_OUT = START + MONTH + timedelta(hours=72)
SECOND = timedelta(seconds=1)


def lived(made: Stage) -> str:
    """Ada's renewal is declined, and then Stripe goes away; its webhooks still come."""
    subscription = made.subscribe("ada")
    made.world.decline(next(made.world.account.store.all("payment_method"))["id"])
    made.advance(days=31, hours=2)
    settle(made)
    made.world.trouble.outage()
    return subscription


def settle(made: Stage) -> None:
    """Make every call that is due, as the job would."""
    while fetching.run_pending(made.context, pace=QUICK).taken:
        pass


def to(made: Stage, moment: datetime) -> None:
    if moment > made.clock.now:
        made.advance(seconds=(moment - made.clock.now).total_seconds())


def next_look(made: Stage, subscription: str) -> datetime | None:
    at = row(made.context.db, subscription).look_at
    return None if at is None else from_epoch(at)


def look(made: Stage, subscription: str) -> LookReport:
    """Let time pass to the next look, look, and ask Stripe what was wished for."""
    moment = next_look(made, subscription)
    assert moment is not None, "nobody would look again"
    to(made, moment)
    report = look_again.run(made.context)
    settle(made)
    return report


def reason(made: Stage) -> str:
    return str(ask_access(made.browser(), "ada")["reason"])


def alarms() -> float:
    return REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": "access.held"}) or 0


@pytest.fixture
def made(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as ready:
        yield ready


def test_news_during_a_hold_do_not_put_off_its_check(made: Stage) -> None:
    subscription = lived(made)
    while not look(made, subscription).held:
        pass
    made.world.call("POST", f"/v1/subscriptions/{subscription}", metadata={"uid": "ada", "color": "blue"})
    made.deliver()
    made.world.call("POST", f"/v1/subscriptions/{subscription}", metadata={"uid": "eda"})
    made.deliver()
    following = next_look(made, subscription)
    assert following is not None
    assert following <= made.clock.now + RECHECK
    made.world.trouble.calm()
    to(made, following)
    settle(made)
    made.advance(minutes=5)
    assert look_again.run(made.context).let_go == 1
    to(made, LOCK_OUT)
    assert ask_access(made.browser(), "eda")["entitled"] is False


@pytest.mark.parametrize("before", [timedelta(minutes=30), timedelta(minutes=10)])
def test_news_shortly_before_the_lock_out_do_not_cancel_the_last_calls(made: Stage, before: timedelta) -> None:
    subscription = lived(made)
    to(made, LOCK_OUT - before)
    made.world.call("POST", f"/v1/subscriptions/{subscription}", metadata={"uid": "eda"})
    made.deliver()
    assert next_look(made, subscription) is not None
    while made.clock.now < LOCK_OUT - LAST_CALLS[-1]:
        look(made, subscription)
    to(made, LOCK_OUT + SECOND)
    assert ask_access(made.browser(), "eda")["reason"] == "unconfirmed"


class TestNoGraceAtAll:
    @pytest.fixture
    def made(self, database_url: str) -> Iterator[Stage]:
        with stage(database_url, renewal_grace_hours=0, stripe_away_grace_hours=24) as ready:
            yield ready

    def test_who_renews_is_looked_up_before_being_locked_out(self, made: Stage) -> None:
        """Every webhook of the renewal is lost, and nobody is turned away for it."""
        subscription = made.subscribe("ada")
        made.world.trouble.drop(lambda _: True)
        to(made, START + MONTH + SECOND)
        assert reason(made) == "unconfirmed"
        for _ in ("the subscription", "and the invoice that it names now"):
            look(made, subscription)
        assert reason(made) == "pending", "Stripe has said that the renewal has begun"

    def test_who_does_not_renew_is_out_to_the_second(self, made: Stage) -> None:
        subscription = made.subscribe("ada")
        made.world.call("POST", f"/v1/subscriptions/{subscription}", cancel_at_period_end=True)
        made.world.trouble.drop(lambda _: True)
        to(made, START + MONTH - SECOND)
        assert reason(made) == "ending"
        to(made, START + MONTH)
        assert reason(made) == "ended"

    def test_who_has_not_paid_is_out_as_soon_as_stripe_says_so(self, made: Stage) -> None:
        made.subscribe("ada")
        made.world.decline(next(made.world.account.store.all("payment_method"))["id"])
        made.advance(days=31)
        assert reason(made) == "pending", "the draft is not collected yet"
        made.advance(hours=2)
        assert reason(made) == "unpaid"

    def test_stripe_away_keeps_access_for_the_configured_time_and_alarms(self, made: Stage) -> None:
        subscription, before = made.subscribe("ada"), alarms()
        made.world.trouble.drop(lambda _: True)
        made.world.trouble.outage()
        to(made, START + MONTH)
        while alarms() == before:
            look(made, subscription)
        assert alarms() == before + 1
        answer = ask_access(made.browser(), "ada")
        assert (answer["entitled"], answer["reason"]) == (True, "unconfirmed")
        held_until = datetime.fromisoformat(answer["until"])
        assert timedelta(hours=24) <= held_until - (START + MONTH) <= timedelta(hours=26)
        to(made, held_until)
        assert reason(made) == "unpaid"
