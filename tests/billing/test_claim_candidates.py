"""A customer chooses from their own recent charges; those that look doubled are marked, each with its deadline."""

from datetime import timedelta

from app.billing.claim_candidates import ClaimCandidate, recent_charges
from tests.billing.claim_stage import ALICE, MALLORY, Claims


def of(claims: Claims, uid: str = ALICE) -> dict[str, ClaimCandidate]:
    return {each.charge: each for each in recent_charges(claims.stage.context, uid)}


def test_only_their_own(claims: Claims) -> None:
    alices, mallorys = claims.pay(), claims.pay(MALLORY)
    assert set(of(claims)) == {alices}
    assert set(of(claims, MALLORY)) == {mallorys}
    assert recent_charges(claims.stage.context, "nobody") == ()


def test_the_deadline_of_a_pair_counts_from_the_later_one(claims: Claims) -> None:
    first, extra = claims.pay_twice()
    found = of(claims)
    assert found[first].looks_doubled
    assert found[extra].looks_doubled
    assert found[extra].taken_at - found[first].taken_at == timedelta(minutes=2)
    assert found[first].deadline == found[extra].deadline == found[extra].taken_at + timedelta(hours=24)


def test_what_does_not_look_doubled(claims: Claims) -> None:
    payer = claims.customer(ALICE)
    claims.pay(amount=900, customer=payer)
    claims.pay(amount=901, customer=payer)
    claims.stage.advance(hours=24, seconds=1)
    claims.pay(amount=900, customer=payer)
    assert [each.looks_doubled for each in of(claims).values()] == [False, False, False]


def test_the_last_instant_is_in_time(claims: Claims) -> None:
    charge = claims.pay()
    claims.stage.clock.now = of(claims)[charge].deadline
    assert of(claims)[charge].in_time
    claims.wait(seconds=1)
    assert not of(claims)[charge].in_time


def test_the_newest_first_and_nothing_old(claims: Claims) -> None:
    old = claims.pay()
    claims.stage.advance(days=34)
    new = claims.pay()
    assert list(of(claims)) == [new, old]
    claims.stage.advance(days=2)
    assert list(of(claims)) == [new]


def test_a_number_that_people_know(claims: Claims) -> None:
    subscription, charge = claims.subscribe()
    number = claims.stage.world.call("GET", "/v1/invoices")["data"][0]["number"]
    found = of(claims)[charge]
    assert (found.order_number, found.subscription) == (number, subscription)
    ordered = claims.pay(order="order-5")
    assert of(claims)[ordered].order_number == "order-5"
