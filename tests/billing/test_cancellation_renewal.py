"""The customer asked in time, and Stripe renewed before it heard of it."""

from datetime import UTC, datetime, timedelta

from app.billing.cancellation import CancelResult
from tests.billing.cancellation_stage import Stage

HOUR = timedelta(hours=1)
JUST = timedelta(minutes=5)


def test_a_renewal_that_only_began_is_undone_and_nothing_is_charged(stage: Stage) -> None:
    end = _asked_in_vain_before_renewal(stage)
    stage.advance_to(end + JUST)
    assert stage.invoices[-1]["status"] == "draft"
    assert stage.repeat() == 1
    assert (stage.row["outcome"], stage.row["state"]) == ("renewal_stopped", "done")
    renewal = stage.invoices[-1]
    assert stage.row["renewal_invoice"] == renewal["id"]
    assert (stage.at_stripe["status"], renewal["status"]) == ("canceled", "void")
    stage.advance(timedelta(days=3))
    assert [invoice["amount_paid"] for invoice in stage.invoices] == [2000, 0]
    assert [path.rpartition("/")[2] for _, path, _ in stage.changes[1:]] == [
        renewal["id"],
        stage.subscription,
        "finalize",
        "void",
    ]
    stage.check_no_proration()


def test_the_paid_time_is_not_cut_by_undoing_the_renewal(stage: Stage) -> None:
    end = _asked_in_vain_before_renewal(stage)
    stage.advance_to(end + JUST)
    stage.repeat()
    assert stage.at_stripe["ended_at"] == int((end + JUST).timestamp())
    assert stage.row["period_end"] == int(end.timestamp())


def test_a_first_click_right_before_the_renewal_may_arrive_after_it(stage: Stage) -> None:
    """No repeat at all: Stripe's answer to the first call shows the new cycle already."""
    stage.subscribe()
    end = stage.cycle_end
    stage.clock.now = end - timedelta(seconds=1)
    stage.world.advance_to(int((end + JUST).timestamp()))
    outcome = stage.cancel()
    assert outcome.result is CancelResult.RENEWAL_STOPPED
    assert (stage.at_stripe["status"], stage.invoices[-1]["status"]) == ("canceled", "void")
    stage.check_no_proration()


def test_a_renewal_whose_card_declined_is_voided_before_it_can_be_paid(stage: Stage) -> None:
    stage.subscribe()
    card = stage.world.call("GET", f"/v1/customers/{stage.at_stripe['customer']}")["invoice_settings"]
    stage.world.decline(card["default_payment_method"])
    end = _asked_in_vain_before_renewal(stage, subscribed=True)
    stage.advance_to(end + 2 * HOUR)
    assert stage.invoices[-1]["status"] == "open"
    assert stage.repeat() == 1
    assert stage.row["outcome"] == "renewal_stopped"
    assert (stage.at_stripe["status"], stage.invoices[-1]["status"]) == ("canceled", "void")
    assert [path.rpartition("/")[2] for _, path, _ in stage.changes[1:]] == ["void", stage.subscription]


def test_a_renewal_that_was_charged_is_the_last_and_is_said_to_be_our_fault(stage: Stage) -> None:
    end = _asked_in_vain_before_renewal(stage)
    stage.advance_to(end + 2 * HOUR)
    renewal = stage.invoices[-1]
    assert renewal["status"] == "paid"
    assert stage.repeat() == 1
    assert (stage.row["outcome"], stage.row["renewal_invoice"]) == ("renewed_before_cancel", renewal["id"])
    assert stage.ends_with_cycle()
    assert stage.row["ends_at"] == int(stage.cycle_end.timestamp()) > int(end.timestamp())
    assert stage.invoices[-1]["status"] == "paid"
    stage.check_no_proration()


def test_a_renewal_for_nothing_is_no_charge(stage: Stage) -> None:
    stage.subscribe(unit_amount=0)
    end = _asked_in_vain_before_renewal(stage, subscribed=True)
    stage.advance_to(end + 2 * HOUR)
    assert stage.repeat() == 1
    assert stage.row["outcome"] == "renewal_stopped"
    assert stage.at_stripe["status"] == "canceled"


def test_a_trial_that_became_a_paid_cycle_unheard_is_undone_too(stage: Stage) -> None:
    stage.subscribe(trial_period_days=14)
    end = _asked_in_vain_before_renewal(stage, subscribed=True)
    stage.advance_to(end + JUST)
    assert stage.repeat() == 1
    assert stage.row["outcome"] == "renewal_stopped"
    stage.advance(timedelta(days=3))
    assert sum(invoice["amount_paid"] for invoice in stage.invoices) == 0


def test_who_asks_after_the_renewal_began_has_the_new_cycle(stage: Stage) -> None:
    """Policy clause 3.3; the mirror knows nothing of the renewal, the clock does."""
    stage.subscribe()
    end = stage.cycle_end
    stage.advance_to(end)
    stage.world.trouble.outage(1)
    assert stage.cancel().result is CancelResult.RECORDED
    stage.advance(JUST)
    assert stage.repeat() == 1
    assert stage.row["outcome"] == "scheduled"
    assert stage.ends_with_cycle()
    assert stage.cycle_end > end


def test_a_renewal_is_undone_in_the_second_before_the_end_and_not_at_the_end(stage: Stage) -> None:
    for ahead, outcome in ((timedelta(seconds=1), "renewal_stopped"), (timedelta(0), "scheduled")):
        stage.subscribe()
        end = stage.cycle_end
        stage.advance_to(end - ahead)
        stage.world.trouble.outage(1)
        stage.cancel()
        stage.advance_to(end + JUST)
        assert stage.repeat() == 1
        assert stage.rows[-1]["outcome"] == outcome


def test_a_rehearsal_is_judged_by_its_own_clock(stage: Stage) -> None:
    """A request is in time by the test clock, though our clock is months behind it."""
    clock = stage.world.call("POST", "/v1/test_helpers/test_clocks", frozen_time=stage.world.now)["id"]
    customer = stage.world.call("POST", "/v1/customers", test_clock=clock)["id"]
    settings = {"default_payment_method": "pm_card_visa"}
    stage.world.call("POST", f"/v1/customers/{customer}", invoice_settings=settings)
    given = {"customer": customer, "items": [{"price": stage.price()}], "metadata": {"uid": "alice"}}
    stage.subscription = stage.world.call("POST", "/v1/subscriptions", **given)["id"]
    stage.take_from_stripe("test_helpers.test_clock", clock)
    end = stage.cycle_end
    _advance_clock(stage, clock, end + 2 * HOUR)  # renewed once
    stage.take_from_stripe("test_helpers.test_clock", clock)
    second_end = stage.cycle_end
    assert stage.clock.now < end < second_end
    stage.world.trouble.outage(1)
    stage.cancel()
    assert stage.row["asked_at"] == int((end + 2 * HOUR).timestamp())
    _advance_clock(stage, clock, second_end + JUST)
    assert stage.repeat() == 1
    assert stage.row["outcome"] == "renewal_stopped"


def _asked_in_vain_before_renewal(stage: Stage, *, subscribed: bool = False) -> datetime:
    """A cancellation, an hour before the cycle's end, that Stripe did not get."""
    if not subscribed:
        stage.subscribe()
    end = stage.cycle_end
    stage.advance_to(end - HOUR)
    stage.world.trouble.outage(1)
    outcome = stage.cancel()
    assert (outcome.result, outcome.ends_at) == (CancelResult.RECORDED, end)
    return end


def _advance_clock(stage: Stage, clock: str, to: datetime) -> None:
    frozen_time = int(to.astimezone(UTC).timestamp())
    stage.world.call("POST", f"/v1/test_helpers/test_clocks/{clock}/advance", frozen_time=frozen_time)
    stage.advance(timedelta(minutes=1))  # until the clock is ready
