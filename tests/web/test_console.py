"""What support staff see at the console, and what their buttons do."""

from tests.billing.claim_stage import ALICE, Claims
from tests.billing.settling_stage import Settling
from tests.support.visitor import signed_in
from tests.web.claim_visitor import at_console, do, evidence_on, file_form, filed, picture, read


def a_failure(claims: Claims) -> str:
    """A claim that waits for an operator."""
    client = signed_in(claims.stage, ALICE)
    page = filed(client, claims.pay(order="order-3"), "not_delivered", picture(), text="<i>Nothing</i> came")
    return page.rsplit("/", 1)[1]


def a_twin(claims: Claims) -> str:
    settling = Settling(claims=claims)
    pair = settling.twins()
    client = signed_in(claims.stage, settling.owner(pair))
    return filed(client, pair.extra, "charged_twice").rsplit("/", 1)[1]


def state_of(claims: Claims, claim: str) -> str:
    return str(claims.column("SELECT state FROM claim WHERE id = :claim", claim=claim)[0])


def test_the_queue_shows_what_waits(claims: Claims) -> None:
    olga = at_console(claims.stage.browser())
    assert "Nothing waits." in read(olga, "/operator")
    claim = a_failure(claims)
    shown = olga.get("/operator").text
    assert "Verify a system failure" in shown
    assert f'href="/operator/claims/{claim}"' in shown


def test_a_claim_is_explained(claims: Claims) -> None:
    claim = a_failure(claims)
    olga = at_console(claims.stage.browser())
    shown = read(olga, f"/operator/claims/{claim}")
    for words in (
        "Decided: referred by clause 2.1",
        "I was charged, but nothing was delivered",
        "24 hours end 24 October 2026, 06:00 UTC",
        "&lt;i&gt;Nothing&lt;/i&gt; came",
        "Window In time",
        "The host has told of none for this order.",
        "Filed by customer",
    ):
        assert words in shown, words
    assert olga.get(evidence_on(olga, f"/operator/claims/{claim}")).status_code == 200


def test_it_tells_how_long_details_may_come(claims: Claims) -> None:
    claim = filed(signed_in(claims.stage, ALICE), claims.pay(order="order-3"), "not_delivered").rsplit("/", 1)[1]
    shown = read(at_console(claims.stage.browser()), f"/operator/claims/{claim}")
    assert "Details until 30 October 2026, 06:00 UTC" in shown


def test_a_deed_is_kept_with_reason_and_name(claims: Claims) -> None:
    claim = a_failure(claims)
    olga = at_console(claims.stage.browser())
    assert do(olga, claim, "confirm", why="The renderer <crashed>").status_code == 303
    shown = read(olga, f"/operator/claims/{claim}")
    assert "Run the task again" in shown
    assert "by olga: “The renderer &lt;crashed&gt;”" in shown
    do(olga, claim, "impossible")
    assert "Credit the account" in read(olga, f"/operator/claims/{claim}")
    do(olga, claim, "credit", amount="900")
    assert state_of(claims, claim) == "remedied"
    assert "What you can do" not in read(olga, f"/operator/claims/{claim}")


def test_without_a_reason_nothing_is_done(claims: Claims) -> None:
    claim = a_failure(claims)
    olga = at_console(claims.stage.browser())
    refused = do(olga, claim, "reject", why="  ")
    assert refused.status_code == 422
    assert "Say why: it is kept with your name." in refused.text
    assert state_of(claims, claim) == "referred"


def test_a_claim_that_changed_meanwhile_is_left_alone(claims: Claims) -> None:
    claim = a_failure(claims)
    olga, omar = at_console(claims.stage.browser()), at_console(claims.stage.browser())
    do(olga, claim, "confirm")
    late = do(omar, claim, "reject", version="2")
    assert late.status_code == 303
    assert "The claim has changed since you opened it." in read(omar, f"/operator/claims/{claim}")
    assert state_of(claims, claim) == "referred"


def test_a_twin_is_shown_side_by_side_and_approved(claims: Claims) -> None:
    claim = a_twin(claims)
    olga = at_console(claims.stage.browser())
    shown = read(olga, f"/operator/claims/{claim}")
    assert "The payments side by side Kept Extra Charge" in shown
    assert "Verified: twin subscriptions" in shown
    assert not [asked for asked in claims.stage.world.requests if (asked.method, asked.path) == ("POST", "/v1/refunds")]
    do(olga, claim, "confirm", why="One sign-up made twice")
    assert state_of(claims, claim) == "approved"


def test_a_twin_is_rejected(claims: Claims) -> None:
    claim = a_twin(claims)
    do(at_console(claims.stage.browser()), claim, "reject")
    assert state_of(claims, claim) == "declined"


def test_an_earlier_contact_makes_a_late_claim_count(claims: Claims) -> None:
    charge = claims.pay(order="order-5")
    claims.wait(hours=30)
    client = signed_in(claims.stage, ALICE)
    claim = filed(client, charge, "not_delivered", picture()).rsplit("/", 1)[1]
    assert state_of(claims, claim) == "declined"
    olga = at_console(claims.stage.browser())
    assert do(olga, claim, "late_contact", contacted_at="yesterday").status_code == 422
    future = do(olga, claim, "late_contact", contacted_at="2030-01-01T00:00")
    assert future.status_code == 422
    do(olga, claim, "late_contact", contacted_at="2026-10-23T20:00", why="Mail of that evening")
    assert state_of(claims, claim) == "referred"
    assert claims.column("SELECT count(*) FROM refund_decision WHERE answers IS NOT NULL") == [1]


def test_a_declined_claim_is_decided_again(claims: Claims) -> None:
    client = signed_in(claims.stage, ALICE)
    claim = filed(client, claims.pay(), "disliked").rsplit("/", 1)[1]
    do(at_console(claims.stage.browser()), claim, "appeal", why="The customer asked")
    assert claims.column("SELECT decided_by FROM refund_decision ORDER BY number") == ["policy", "olga"]


def test_no_button_goes_past_the_policy(claims: Claims) -> None:
    """What does not wait for it cannot be approved by sending the form anyway."""
    client = signed_in(claims.stage, ALICE)
    claim = filed(client, claims.pay(), "disliked").rsplit("/", 1)[1]
    olga = at_console(claims.stage.browser())
    for verb in ("confirm", "done", "refund", "approve"):
        do(olga, claim, verb)
    assert state_of(claims, claim) == "declined"
    assert do(olga, "claim_unknown", "confirm", on="/operator").status_code == 404


def test_a_claim_filed_while_stripe_is_away_is_kept(claims: Claims) -> None:
    charge = claims.pay()
    client = signed_in(claims.stage, ALICE)
    claims.stage.world.trouble.outage(10)
    answer = file_form(client, charge, "charged_twice")
    assert "We have your claim, and the time at which you filed it counts." in read(client, str(answer.location))
