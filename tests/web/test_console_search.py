"""Beside claims the console shows alarms, suspicions, and whatever an operator looks for."""

from app.billing import detector, out_of_policy
from app.billing.stripe_rest import asking, failed
from app.errors import StripeUnavailable
from tests.billing.claim_stage import ALICE, Claims
from tests.support.visitor import press, signed_in
from tests.web.claim_visitor import at_console, filed, read


def test_alarms_are_acknowledged_with_a_note(claims: Claims) -> None:
    _subscription, charge = claims.subscribe()
    claims.stage.world.call("POST", "/v1/refunds", charge=charge)
    claims.stage.deliver()
    out_of_policy.run(claims.stage.context)
    (number,) = claims.column("SELECT number FROM alarm")
    olga = at_console(claims.stage.browser())
    assert "A refund that no decision of ours stands behind $20.00" in read(olga, "/operator")
    press(olga, f"/operator/alarms/{number}/acknowledge", on="/operator", why=" ")
    assert "Say what you found" in read(olga, "/operator")
    press(olga, f"/operator/alarms/{number}/acknowledge", on="/operator", why="Made by hand in the dashboard")
    assert "None: no money moved against the policy." in read(olga, "/operator")
    assert claims.column("SELECT acknowledged_by FROM alarm") == ["olga"]


def test_what_looks_doubled_is_listed_until_somebody_has_looked(claims: Claims) -> None:
    payer = claims.customer(ALICE)
    claims.pay(customer=payer)
    claims.stage.advance(minutes=2)
    claims.pay(customer=payer)
    detector.run(claims.stage.context)
    olga = at_console(claims.stage.browser())
    shown = read(olga, "/operator")
    assert "Payments that look doubled 1 $9.00 twice Suspected: same amount alice" in shown
    path = f"/operator/suspicions/{claims.charges()[-1]}/dismiss"
    press(olga, path, on="/operator", why=" ")
    assert "Say what you found" in read(olga, "/operator")
    press(olga, path, on="/operator", why="Two songs, two payments")
    assert "None that nobody has claimed or looked at." in read(olga, "/operator")
    assert claims.column("SELECT dismissed_by FROM charge_pair") == ["olga"]


def test_what_stripe_has_trouble_with_is_shown_while_it_lasts(claims: Claims) -> None:
    olga = at_console(claims.stage.browser())
    assert "Stripe has trouble" not in read(olga, "/operator")
    failed(claims.stage.context, StripeUnavailable("<b>Busy</b>", status=503))
    shown = read(olga, "/operator")
    assert (
        "Stripe has trouble 1 Stripe 503: &lt;b&gt;Busy&lt;/b&gt; since" in shown or "503: <b>Busy</b> since" in shown
    )
    claims.stage.advance(seconds=5)
    with asking(claims.stage.context):
        pass
    assert "Stripe has trouble" not in read(olga, "/operator")


def test_everything_can_be_found(claims: Claims) -> None:
    subscription, charge = claims.subscribe()
    client = signed_in(claims.stage, ALICE)
    claim = filed(client, charge, "disliked").rsplit("/", 1)[1]
    invoice, customer = claims.column("SELECT number FROM invoice")[0], claims.column("SELECT customer FROM charge")[0]
    olga = at_console(claims.stage.browser())

    def found(words: str) -> str:
        return str(olga.get("/operator/search", query_string={"q": words}).location)

    assert found(claim) == f"/operator/claims/{claim}"
    assert found(charge) == f"/operator/charges/{charge}"
    for words in (ALICE, f" {ALICE} ", invoice, f"#{invoice.lower()}", customer, subscription):
        assert found(words) == f"/operator/users/{ALICE}", words
    nothing = olga.get("/operator/search", query_string={"q": "<b>never</b>\0"})
    assert nothing.status_code == 404
    assert "&lt;b&gt;never&lt;/b&gt;" in nothing.text
    assert olga.get("/operator/users/nobody").status_code == 404
    assert olga.get("/operator/charges/ch_nobody").status_code == 404


def test_a_user_and_a_charge_are_explained(claims: Claims) -> None:
    claims.subscribe()
    _first, extra = claims.pay_twice()
    olga = at_console(claims.stage.browser())
    shown = read(olga, f"/operator/users/{ALICE}")
    for words in (
        "Has access",
        "Studio Active",
        "Perhaps refundable",
        "Not refundable: no second payment seen",
        "Granted",
    ):
        assert words in shown, words
    shown = read(olga, f"/operator/charges/{extra}")
    assert "$9.00, refundable" in shown
    assert "verified, same order" in shown


def test_with_stripe_away_the_page_says_so(claims: Claims) -> None:
    charge = claims.pay()
    olga = at_console(claims.stage.browser())
    claims.stage.world.trouble.outage(10)
    shown = olga.get(f"/operator/charges/{charge}")
    assert shown.status_code == 503
    assert "Stripe cannot be asked" in shown.text
