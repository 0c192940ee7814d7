"""The story: Ada signs up, renews, fails and recovers, cancels, and is out when her time is over, to the second."""

from datetime import UTC, datetime

from app.demo.host import Browser
from app.demo.stage import DAY, HOUR, DemoCustomer, Stage


def play(stage: Stage, *, begins: int) -> None:
    """Every scene asks the API and says whether the answer is the one that was expected."""
    stage.narrator.scene("A stranger", begins)
    stage.narrator.say("Nobody called Ada has subscribed yet.")
    stage.expect("ada", entitled=False, reason="no_subscription")
    ada = stage.customer("ada", at=begins)
    subscription = _sign_up(ada, begins)
    second = _renew(ada, subscription)
    third = _fail_and_recover(ada, subscription, second)
    _cancel(ada, subscription, third)
    _end(ada, third)


def period_end(customer: DemoCustomer, subscription: str) -> int:
    found = customer.stage.desk.get(f"/v1/subscriptions/{subscription}")
    return int(found["items"]["data"][0]["current_period_end"])


def _sign_up(ada: DemoCustomer, begins: int) -> str:
    narrator = ada.stage.narrator
    narrator.scene("Ada signs up", begins)
    narrator.say("She pays through Stripe Checkout, which was told only the host's user id. The webhooks do the rest.")
    narrator.say("Three days of grace follow her paid month: a late webhook locks nobody out.")
    subscription = ada.sign_up()
    ada.stage.expect("ada", entitled=True, reason="active")
    return subscription


def _renew(ada: DemoCustomer, subscription: str) -> int:
    narrator, renewal = ada.stage.narrator, period_end(ada, subscription)
    narrator.scene("The first renewal", renewal)
    narrator.say("Stripe moves the period at once, but for an hour its invoice is only a draft: paid is not yet true.")
    ada.until(renewal + 60)
    ada.stage.expect("ada", entitled=True, reason="pending")
    narrator.say("Two hours later the invoice is paid.")
    ada.until(renewal + 2 * HOUR)
    ada.stage.expect("ada", entitled=True, reason="active")
    return period_end(ada, subscription)


def _fail_and_recover(ada: DemoCustomer, subscription: str, renewal: int) -> int:
    desk, narrator = ada.stage.desk, ada.stage.narrator
    card = ada.card(subscription)
    narrator.scene("A renewal fails, and recovers", renewal)
    narrator.say("Her card is declined. She keeps her access for the days of grace, and is told until when.")
    desk.play(f"cards/{card}/decline")
    ada.until(renewal + 2 * HOUR)
    ada.stage.expect("ada", entitled=True, reason="grace", until=_instant(renewal + 3 * DAY))
    narrator.say("A day later her bank lets the payment through.")
    desk.play(f"cards/{card}/accept")
    ada.until(renewal + DAY)
    owed = desk.get("/v1/invoices", subscription=subscription, status="open")["data"]
    for invoice in owed:
        desk.post(f"/v1/invoices/{invoice['id']}/pay")
    ada.stage.expect("ada", entitled=True, reason="active")
    return period_end(ada, subscription)


def _cancel(ada: DemoCustomer, subscription: str, end: int) -> None:
    narrator, service = ada.stage.narrator, ada.stage.service
    day = end - 12 * DAY
    narrator.scene("Ada cancels", day)
    narrator.say("In her account settings, with two clicks and no JavaScript. What she paid for stays hers.")
    ada.until(day)
    browser = Browser()
    browser.enter(ada.stage.host.account_link("ada"))
    browser.press(f"{service}/account/subscriptions/{subscription}/cancel")
    ada.stage.expect("ada", entitled=True, reason="ending", until=_instant(end))
    asked = ada.stage.desk.get(f"/v1/subscriptions/{subscription}")
    narrator.fact("Stripe has the cancellation for the period's end", true=asked["cancel_at_period_end"] is True)


def _end(ada: DemoCustomer, end: int) -> None:
    desk, narrator = ada.stage.desk, ada.stage.narrator
    narrator.scene("The cycle ends", end)
    narrator.say("One second before, she is in; at the instant itself she is out.")
    ada.until(end - 1)
    ada.stage.expect("ada", entitled=True, reason="ending", until=_instant(end))
    ada.until(end)
    ada.stage.expect("ada", entitled=False, reason="ended", until=_instant(end))
    prorations = [
        line
        for invoice in desk.get("/v1/invoices", customer=ada.id, limit=100)["data"]
        for line in invoice["lines"]["data"]
        if line["parent"]["subscription_item_details"]["proration"]
    ]
    narrator.fact("No invoice of hers has a proration", true=not prorations)


def _instant(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
