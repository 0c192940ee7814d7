"""Getting help with a charge: what the form offers, and what each answer says."""

import pytest

from app.policy.claim_reasons import ClaimReason
from tests.billing.claim_stage import ALICE, MALLORY, Claims
from tests.support.visitor import signed_in
from tests.web.claim_visitor import NEW, file_form, filed, picture, read


def test_it_offers_the_customers_own_charges(claims: Claims) -> None:
    claims.subscribe()
    claims.pay(MALLORY, 12_300, order="secret-order")
    shown = read(signed_in(claims.stage, ALICE), NEW)
    assert "$20.00" in shown
    assert "You can claim until 24 October 2026, 06:00 UTC" in shown
    assert "secret-order" not in shown
    assert "$123.00" not in shown
    assert all(reason.label in shown.replace("&#39;", "'") for reason in ClaimReason)


def test_what_looks_doubled_is_marked_and_counts_from_the_later(claims: Claims) -> None:
    claims.pay_twice()
    shown = read(signed_in(claims.stage, ALICE), NEW)
    assert shown.count("Looks charged twice") == 2
    assert shown.count("You can claim until 24 October 2026, 06:02 UTC") == 2


def test_after_24_hours_it_says_so(claims: Claims) -> None:
    claims.pay()
    claims.wait(hours=24)
    assert "You can claim until" in read(signed_in(claims.stage, ALICE), NEW)
    claims.wait(seconds=1)
    shown = read(signed_in(claims.stage, ALICE), NEW)
    assert "The 24 hours for a claim ended on 24 October 2026, 06:00 UTC" in shown


def test_a_duplicate_is_approved_at_once(claims: Claims) -> None:
    _first, extra = claims.pay_twice()
    client = signed_in(claims.stage, ALICE)
    shown = read(client, filed(client, extra, "charged_twice"))
    assert "Refund on its way" in shown
    assert "Clause 2.2 of the refund policy" in shown
    assert "About $9.00, order-7" in shown
    assert 'href="/refund-policy#2.2"' in client.get("/account/claims").text


def test_a_renewal_is_declined_and_the_next_one_can_be_canceled(claims: Claims) -> None:
    subscription, charge = claims.subscribe()
    client = signed_in(claims.stage, ALICE)
    page = filed(client, charge, "forgot_to_cancel")
    shown = read(client, page)
    assert "Declined" in shown
    assert "Clause 3.3" in shown
    assert f'href="/account/subscriptions/{subscription}/cancel"' in client.get(page).text


def test_a_chosen_charge_is_the_one_that_is_meant(claims: Claims) -> None:
    """Both answer to one order number, so the number alone would not tell them apart."""
    first, _extra = claims.pay_twice()
    client = signed_in(claims.stage, ALICE)
    filed(client, first, "disliked")
    assert claims.column("SELECT charge FROM claim") == [first]


def test_a_typed_number_is_understood(claims: Claims) -> None:
    charge = claims.pay(order="order-77")
    client = signed_in(claims.stage, ALICE)
    filed(client, "another", "disliked", order_number=" #order-77 ")
    assert claims.column("SELECT charge FROM claim") == [charge]


def test_the_link_of_a_charge_has_it_chosen(claims: Claims) -> None:
    charge = claims.pay()
    client = signed_in(claims.stage, ALICE)
    assert f'value="{charge}" required checked' in client.get(f"{NEW}?charge={charge}").text
    assert "checked" not in client.get(f"{NEW}?charge=ch_of_somebody_else").text


def test_sending_it_again_leads_to_the_same_claim(claims: Claims) -> None:
    charge = claims.pay(order="order-1")
    client = signed_in(claims.stage, ALICE)
    assert filed(client, charge, "not_delivered") == filed(client, charge, "not_delivered")
    assert "You had claimed this already." in read(client, "/account/claims") + read(client, "/account")
    assert claims.column("SELECT count(*) FROM claim") == [1]


@pytest.mark.parametrize(
    ("charge", "fields", "complaint"),
    [
        ("another", {"reason": ""}, "Choose what happened."),
        ("another", {"reason": "because"}, "Choose what happened."),
        ("", {"reason": "disliked"}, "Choose the charge that this is about."),
        ("ch_unknown", {"reason": "disliked"}, "Choose the charge that this is about."),
        ("another", {"reason": "disliked", "order_number": "9" * 201}, "An order number has at most 200 characters."),
        ("another", {"reason": "disliked", "text": "x" * 5003}, "This is too long by 3 characters."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    claims: Claims, charge: str, fields: dict[str, str], complaint: str
) -> None:
    claims.pay()
    client = signed_in(claims.stage, ALICE)
    typed = {"text": "My words & <b>more</b>", **fields}
    refused = file_form(client, charge, typed.pop("reason"), picture(), **typed)
    assert refused.status_code == 422
    assert complaint in refused.text
    assert (typed["text"] if "<" not in typed["text"] else "My words &amp; &lt;b&gt;more&lt;/b&gt;") in refused.text
    assert claims.column("SELECT count(*) FROM claim") == [0]


def test_somebody_elses_charge_is_not_to_be_had(claims: Claims) -> None:
    theirs = claims.pay(MALLORY, order="order-9")
    client = signed_in(claims.stage, ALICE)
    assert file_form(client, theirs, "charged_twice").status_code == 422
    for number in (theirs, "order-9", "never-was"):
        shown = read(client, filed(client, "another", "charged_twice", order_number=number))
        assert "We cannot find that order number among your payments." in shown
    assert claims.column("SELECT count(*) FROM claim WHERE charge IS NOT NULL") == [0]


def test_markup_and_controls_are_only_text(claims: Claims) -> None:
    charge = claims.pay()
    client = signed_in(claims.stage, ALICE)
    page = filed(client, charge, "something_else", text="<script>alert(1)</script>\0\x07\u202e{{ 7*7 }}")
    shown = client.get(page).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in shown
    assert "<script" not in shown
