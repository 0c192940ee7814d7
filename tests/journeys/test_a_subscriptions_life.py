"""Months in the life of a subscription, as its customer and its host see them. It begins on 23 October, 06:00."""

from app.billing.cancellation import cancel, resume
from tests.journeys.conftest import Diary


def test_sign_up_renew_cancel_end(diary: Diary) -> None:
    assert diary.access() == (False, "no_subscription", None)

    # 23 October: Ada signs up, and the first invoice is paid at once.
    studio = diary.stage.subscribe("ada")
    assert diary.access() == (True, "active", "2026-11-26T06:00:00Z")
    assert diary.product()["product_name"] == "Studio"
    assert diary.product()["paid_through"] == diary.product()["renews_at"] == "2026-11-23T06:00:00Z"

    # 23 November: the period moves at once, its invoice is a draft for an hour.
    diary.at("2026-11-23 06:00")
    assert diary.access()[:2] == (True, "pending")
    diary.at("2026-11-23 08:00")
    assert diary.access() == (True, "active", "2026-12-26T06:00:00Z")

    # 10 December: Ada cancels; what she paid for stays hers.
    diary.at("2026-12-10 09:30")
    cancel(diary.stage.context, uid="ada", subscription=studio, actor="customer")
    diary.stage.deliver()
    assert diary.access() == (True, "ending", "2026-12-23T06:00:00Z")
    assert diary.product()["renews_at"] is None

    # 23 December: to the second.
    diary.at("2026-12-23 05:59:59")
    assert diary.access() == (True, "ending", "2026-12-23T06:00:00Z")
    diary.at("2026-12-23 06:00:00")
    assert diary.access() == (False, "ended", "2026-12-23T06:00:00Z")

    assert diary.journal() == [
        ("granted", "2026-10-23 06:00"),
        ("extended", "2026-11-23 07:00"),
        ("scheduled_to_end", "2026-12-10 09:30"),
        ("ended", "2026-12-23 06:00"),
    ]


def test_a_change_of_mind(diary: Diary) -> None:
    studio = diary.stage.subscribe("ada")
    diary.at("2026-11-01 12:00")
    cancel(diary.stage.context, uid="ada", subscription=studio, actor="customer")
    diary.stage.deliver()
    diary.at("2026-11-02 12:00")
    resume(diary.stage.context, uid="ada", subscription=studio, actor="customer")
    diary.stage.deliver()
    assert diary.access() == (True, "active", "2026-11-26T06:00:00Z")
    diary.at("2026-11-03 12:00")
    cancel(diary.stage.context, uid="ada", subscription=studio, actor="customer")
    diary.stage.deliver()
    diary.at("2026-11-23 06:00")
    assert diary.access() == (False, "ended", "2026-11-23T06:00:00Z")
    assert [what for what, _ in diary.journal()] == [
        "granted",
        "scheduled_to_end",
        "resumed",
        "scheduled_to_end",
        "ended",
    ]


def test_a_failed_renewal_that_recovers_within_the_grace(diary: Diary) -> None:
    diary.stage.subscribe("ada", card="pm_card_visa")
    card = _card_of(diary)
    diary.stage.world.decline(card)
    diary.at("2026-11-23 08:00")
    assert diary.access() == (True, "grace", "2026-11-26T06:00:00Z")
    diary.stage.world.accept(card)
    invoice = diary.stage.world.call("GET", "/v1/invoices", limit=1)["data"][0]
    diary.at("2026-11-24 10:00")
    diary.stage.world.call("POST", f"/v1/invoices/{invoice['id']}/pay")
    diary.stage.deliver()
    assert diary.access() == (True, "active", "2026-12-26T06:00:00Z")


def test_a_failed_renewal_locks_out_after_the_grace_and_paying_restores(diary: Diary) -> None:
    diary.stage.subscribe("ada")
    card = _card_of(diary)
    diary.stage.world.decline(card)
    diary.at("2026-11-26 05:59:59")
    assert diary.access()[:2] == (True, "grace")
    diary.at("2026-11-26 06:00:00")
    assert diary.access() == (False, "unpaid", "2026-11-26T06:00:00Z")
    diary.stage.world.accept(card)
    diary.at("2026-11-27 06:00:00")
    invoice = diary.stage.world.call("GET", "/v1/invoices", limit=1)["data"][0]
    if invoice["status"] == "open":
        diary.stage.world.call("POST", f"/v1/invoices/{invoice['id']}/pay")
        diary.stage.deliver()
    assert diary.access()[:2] == (True, "active")
    assert [what for what, _ in diary.journal()] == ["granted", "ended", "restored"]


def test_a_trial_that_goes_on_and_one_that_does_not(diary: Diary) -> None:
    diary.stage.subscribe("ada", trial_period_days=14)
    bobs = diary.stage.subscribe("bob", trial_period_days=14)
    assert diary.access("ada")[:2] == (True, "trial")
    diary.at("2026-10-30 12:00")
    cancel(diary.stage.context, uid="bob", subscription=bobs, actor="customer")
    diary.stage.deliver()
    diary.at("2026-11-06 06:00:00")
    assert diary.access("bob") == (False, "ended", "2026-11-06T06:00:00Z")
    diary.at("2026-11-06 08:00:00")
    assert diary.access("ada")[:2] == (True, "active")


def test_a_cancel_in_stripes_portal_in_flexible_mode(diary: Diary) -> None:
    studio = diary.stage.subscribe("ada", billing_mode={"type": "flexible"})
    diary.at("2026-11-01 12:00")
    rendered = diary.stage.world.portal_cancel(studio)
    assert (rendered["cancel_at_period_end"], rendered["cancel_at"] is None) == (False, False)
    diary.stage.deliver()
    assert diary.access() == (True, "ending", "2026-11-23T06:00:00Z")
    diary.at("2026-11-23 06:00:00")
    assert diary.access() == (False, "ended", "2026-11-23T06:00:00Z")


def test_staff_cancel_at_once_in_the_dashboard_and_paid_time_stays(diary: Diary) -> None:
    studio = diary.stage.subscribe("ada")
    diary.at("2026-11-01 12:00")
    diary.stage.world.call("DELETE", f"/v1/subscriptions/{studio}")
    diary.stage.deliver()
    assert diary.access() == (True, "ending", "2026-11-23T06:00:00Z")
    diary.at("2026-11-23 06:00:00")
    assert diary.access() == (False, "ended", "2026-11-23T06:00:00Z")


def test_the_renewals_webhooks_are_missed(diary: Diary) -> None:
    """Stripe renews, and nothing of it reaches us: nobody is cut off, and we look by ourselves."""
    diary.stage.subscribe("ada")
    diary.stage.world.trouble.drop(lambda _event: True)
    diary.asleep |= {"gap_sweep", "drift"}  # they would find it sooner
    diary.at("2026-11-23 06:05")
    assert diary.access() == (True, "unconfirmed", "2026-11-26T06:00:00Z")
    diary.at("2026-11-23 08:00")
    diary.run_jobs()
    diary.run_jobs()
    assert diary.access() == (True, "active", "2026-12-26T06:00:00Z")


def _card_of(diary: Diary) -> str:
    subscription = diary.stage.world.call("GET", "/v1/subscriptions", limit=1)["data"][0]
    return str(subscription["default_payment_method"])
