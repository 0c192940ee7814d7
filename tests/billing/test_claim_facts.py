"""What is read live about a claim's charge, and the verdict that comes of it."""

import orjson
import pytest

from app.billing.claim_facts import MOST_CANDIDATES, gather_charge
from app.errors import StripeMissing, StripeUnavailable
from app.policy.claim_reasons import ClaimReason
from app.policy.duplicate_verdict import Disproof, Disproved, NotYet, Suspect, Suspicion, Unsettled
from app.policy.verified_duplicate import VerifiedDuplicate
from app.sandbox.world import SandboxRefusal
from tests.billing.claim_stage import SCREENSHOT
from tests.billing.settling_stage import Settling


@pytest.mark.parametrize("kind", ["same_order", "overpaid", "same_period", "twins"])
@pytest.mark.parametrize("named", ["kept", "extra"])
def test_a_duplicate_is_found_from_either_end(settling: Settling, kind: str, named: str) -> None:
    pair = getattr(settling, kind)()
    found = gather_charge(settling.stage.context, getattr(pair, named), uid=settling.owner(pair))
    assert isinstance(found.verdict, VerifiedDuplicate)
    assert (found.verdict.kept.charge, found.verdict.charge) == (pair.kept, pair.extra)
    assert len(found.charged_at) == 2
    assert orjson.loads(orjson.dumps(found.seen)) == found.seen


def test_without_the_mirror_it_is_found_all_the_same(settling: Settling) -> None:
    settling.world.trouble.drop(lambda _: True)
    payer = settling.claims.customer("alice")
    first, second = (settling.claims.pay(order="o-1", customer=payer) for _ in range(2))
    assert settling.claims.charges() == []
    found = gather_charge(settling.stage.context, second)
    assert found.proof is not None
    assert {found.proof.kept.charge, found.proof.charge} == {first, second}


def test_twins_of_two_customers_of_one_user_are_found(settling: Settling) -> None:
    price = settling.stage.price("Studio")
    settling.stage.subscribe("bob", price)
    settling.stage.advance(minutes=3)
    settling.stage.subscribe("bob", price)
    first, second = settling.claims.charges()
    assert settling.charge(first)["customer"] != settling.charge(second)["customer"]
    found = gather_charge(settling.stage.context, second, uid="bob")
    assert found.proof is not None
    assert found.proof.needs_approval
    assert found.proof.kept.charge == first


def test_nothing_else_was_paid(settling: Settling) -> None:
    charge = settling.claims.pay()
    assert gather_charge(settling.stage.context, charge).verdict is None


@pytest.mark.parametrize("kind", ["same_order", "overpaid", "same_period", "twins"])
def test_whose_customer_is_gone_at_stripe_is_judged_by_a_person(settling: Settling, kind: str) -> None:
    """Stripe tells nothing of their balance any more, and what is refunded could not be set off against it."""
    pair = getattr(settling, kind)()
    owner = settling.owner(pair)
    settling.world.call("DELETE", f"/v1/customers/{pair.customer}")
    settling.stage.deliver()
    found = gather_charge(settling.stage.context, pair.extra, uid=owner)
    assert found.verdict == Suspicion(why=Suspect.CUSTOMER_GONE)
    claim = settling.claims.file(ClaimReason.CHARGED_TWICE, pair.extra, uid=owner, evidence=[SCREENSHOT]).claim.id
    settling.run()
    assert (settling.state(claim), settling.refund_calls()) == ("referred", [])


def test_a_lone_payment_of_a_customer_who_is_gone_is_judged_as_any_other(settling: Settling) -> None:
    charge = settling.claims.pay()
    settling.world.call("DELETE", f"/v1/customers/{settling.charge(charge)['customer']}")
    settling.stage.deliver()
    assert gather_charge(settling.stage.context, charge).verdict is None


def test_a_renewal_is_none(settling: Settling) -> None:
    _, first = settling.claims.subscribe()
    settling.stage.advance(days=32)
    second = settling.claims.charges()[-1]
    assert second != first
    assert gather_charge(settling.stage.context, second).verdict == Disproved(name=Disproof.RENEWAL)


def test_a_failed_attempt_of_the_same_payment_is_none(settling: Settling) -> None:
    payer = settling.claims.customer("alice")
    intent = settling.world.call("POST", "/v1/payment_intents", amount=900, currency="usd", customer=payer)["id"]
    confirm = f"/v1/payment_intents/{intent}/confirm"
    with pytest.raises(SandboxRefusal, match="declined"):
        settling.world.call(
            "POST", f"/v1/payment_intents/{intent}/confirm", payment_method="pm_card_chargeCustomerFail"
        )
    settling.world.call("POST", confirm, payment_method="pm_card_visa")
    charge = settling.world.call("GET", f"/v1/payment_intents/{intent}")["latest_charge"]
    found = gather_charge(settling.stage.context, charge)
    assert found.verdict == Disproved(name=Disproof.FAILED_THEN_RETRIED)


def test_a_payment_whose_checkout_is_open_is_not_judged(settling: Settling) -> None:
    payer, price = settling.claims.customer("alice"), settling.stage.price("Studio")
    charges = []
    for _ in range(2):
        session = settling.world.call(
            "POST",
            "/v1/checkout/sessions",
            mode="subscription",
            customer=payer,
            line_items=[{"price": price, "quantity": 1}],
            success_url="https://studio.example/thanks",
        )
        charges.append(settling.world.pay_checkout(session["id"])["latest_charge"])
        settling.stage.advance(minutes=1)
    found = gather_charge(settling.stage.context, charges[1])
    assert found.verdict == Unsettled(why=NotYet.CHECKOUT_OPEN)


def test_the_same_amount_is_only_suspicion(settling: Settling) -> None:
    payer = settling.claims.customer("alice")
    settling.claims.pay(customer=payer)
    charge = settling.claims.pay(customer=payer)
    assert gather_charge(settling.stage.context, charge).verdict == Suspicion(why=Suspect.SAME_AMOUNT)


def test_of_many_payments_those_most_alike_are_looked_at(settling: Settling) -> None:
    payer = settling.claims.customer("alice")
    first = settling.claims.pay(order="o-1", customer=payer)
    for amount in range(1000, 1000 + MOST_CANDIDATES + 5):
        settling.claims.pay(amount=amount, customer=payer)
    second = settling.claims.pay(order="o-1", customer=payer)
    found = gather_charge(settling.stage.context, second)
    assert found.proof is not None
    assert {found.proof.kept.charge, found.proof.charge} == {first, second}
    assert len(found.seen["verdicts"]) == MOST_CANDIDATES


def test_a_list_is_read_to_its_end(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other payment is on the last page of the customer's charges."""
    pair = settling.same_order()
    for amount in (1000, 1001):
        settling.claims.pay(amount=amount, customer=pair.customer)
    monkeypatch.setattr("app.stripe_gateway.lists.PAGE", 1)
    found = gather_charge(settling.stage.context, pair.extra)
    assert found.proof is not None
    assert found.proof.kept.charge == pair.kept


def test_an_endless_list_concludes_nothing(settling: Settling, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = settling.same_order()
    monkeypatch.setattr("app.stripe_gateway.lists.PAGE", 1)
    monkeypatch.setattr("app.stripe_gateway.lists.MOST_PAGES", 1)
    with pytest.raises(StripeUnavailable, match="longer than"):
        gather_charge(settling.stage.context, pair.extra)


def test_an_unknown_charge(settling: Settling) -> None:
    with pytest.raises(StripeMissing):
        gather_charge(settling.stage.context, "ch_unknown")


def test_stripe_away(settling: Settling) -> None:
    charge = settling.claims.pay()
    settling.world.trouble.outage()
    with pytest.raises(StripeUnavailable):
        gather_charge(settling.stage.context, charge)
