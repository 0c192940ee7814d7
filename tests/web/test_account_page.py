"""What the account page tells a customer, month by month."""

from sqlalchemy import event

from tests.support.stage import Stage
from tests.support.visitor import signed_in, words_of


def page(acted: Stage, uid: str = "ann") -> str:
    return words_of(signed_in(acted, uid).get("/account")).replace("\N{NO-BREAK SPACE}", " ")


def test_an_active_subscription(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("Studio Pro"))
    shown = page(acted)
    assert "Studio Pro Active $20.00 per month Renews on 23 November 2026, 06:00 UTC." in shown
    assert "Cancel subscription" in shown
    assert "Back to studio.example" in shown


def test_instants_are_machine_readable(acted: Stage) -> None:
    acted.subscribe("ann")
    assert '<time datetime="2026-11-23T06:00:00Z">' in signed_in(acted, "ann").get("/account").text


def test_an_outsider_sees_no_subscription_of_another(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("Studio Pro"))
    shown = page(acted, "outsider")
    assert "You have no subscriptions" in shown
    assert "Studio Pro" not in shown


def test_a_trial(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("Studio", 1200, "jpy"), trial_period_days=14)
    shown = page(acted)
    assert "Free trial ¥1,200 per month Free until 6 November 2026, 06:00 UTC." in shown


def test_canceled_in_stripes_portal(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    acted.world.portal_cancel(subscription)
    acted.deliver()
    shown = page(acted)
    assert "Ending $20.00 per month Access until 23 November 2026, 06:00 UTC. It does not renew." in shown
    assert "Resume subscription" in shown


def test_ended(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    acted.world.portal_cancel(subscription)
    acted.advance(days=31)
    shown = page(acted)
    assert "Ended $20.00 per month Access ended on 23 November 2026, 06:00 UTC." in shown
    assert "Cancel subscription" not in shown
    assert "Resume subscription" not in shown


def test_canceled_at_once_in_the_dashboard_keeps_paid_time(acted: Stage) -> None:
    subscription = acted.subscribe("ann")
    acted.advance(days=1)
    acted.world.call("DELETE", f"/v1/subscriptions/{subscription}")
    acted.deliver()
    shown = page(acted)
    assert "Access until 23 November 2026, 06:00 UTC." in shown
    assert "Resume subscription" not in shown


def test_a_renewal_that_was_not_paid(acted: Stage) -> None:
    acted.subscribe("ann")
    card = next(iter(acted.world.account.store.all("payment_method")))["id"]
    acted.world.decline(card)
    acted.advance(days=31, hours=2)
    assert "Payment due" in page(acted)
    acted.advance(days=3)
    assert "because the payment did not go through" in page(acted)


def test_several_subscriptions_the_running_ones_first(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("First"))
    acted.advance(minutes=1)
    gone = acted.subscribe("ann", acted.price("Gone"))
    acted.world.call("DELETE", f"/v1/subscriptions/{gone}")
    acted.advance(minutes=1)
    acted.subscribe("ann", acted.price("Newest"), acted.price("Seats", 500))
    shown = page(acted)
    assert "Your subscriptions" in shown
    assert shown.index("Newest + Seats") < shown.index("First") < shown.index("Gone")
    assert "Newest $20.00 per month Seats $5.00 per month" in shown


def test_what_a_product_is_called_is_never_markup(acted: Stage) -> None:
    acted.subscribe("ann", acted.price("<b>{0} %s</b>"))
    assert "&lt;b&gt;{0} %s&lt;/b&gt;" in signed_in(acted, "ann").get("/account").text


def test_reads_do_not_grow_with_subscriptions(acted: Stage) -> None:
    acted.subscribe("one")
    for _ in range(5):
        acted.subscribe("many")
    of_session_subscriptions_and_access = 3
    assert _reads(acted, "one") == _reads(acted, "many") == of_session_subscriptions_and_access


def _reads(acted: Stage, uid: str) -> int:
    client, seen = signed_in(acted, uid), []
    reader = acted.context.db._reader

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(reader, "before_cursor_execute", count)
    client.get("/account")
    event.remove(reader, "before_cursor_execute", count)
    return len(seen)


def test_a_fixed_term_can_be_canceled_before_its_end(acted: Stage) -> None:
    """It renews several times before it is over, so there is something to cancel and nothing to resume."""
    start = int(acted.clock.now.timestamp())
    acted.subscribe("ann", cancel_at=start + 180 * 86_400)
    shown = page(acted)
    assert "Renews on 23 November 2026, 06:00 UTC." in shown
    assert "Cancel subscription" in shown
    assert "Resume subscription" not in shown
