"""Order numbers: every kind is understood, and one of somebody else is as unknown as one that never was."""

import pytest

from app.billing.claim_filing import FiledClaim
from app.billing.claim_view import claim_view
from app.policy.claim_reasons import ClaimReason as R
from tests.billing.claim_stage import ALICE, MALLORY, Claims


@pytest.fixture
def numbers(claims: Claims) -> dict[str, str]:
    """Every kind of number by which one charge of Alice's is known."""
    _, charge = claims.subscribe()
    world = claims.stage.world
    invoice = world.call("GET", "/v1/invoices")["data"][0]
    intent = world.call("GET", f"/v1/charges/{charge}")["payment_intent"]
    with claims.stage.context.db.write() as tx:
        tx.exec_driver_sql(f"UPDATE charge SET receipt_number = '1234-5678' WHERE id = '{charge}'")
        tx.exec_driver_sql(f"UPDATE payment_intent SET order_id = 'Order 42' WHERE id = '{intent}'")
    return {
        "charge": charge,
        "payment intent": intent,
        "invoice": invoice["id"],
        "invoice number": invoice["number"],
        "receipt number": "1234-5678",
        "order id": "Order 42",
    }


KINDS = ("charge", "payment intent", "invoice", "invoice number", "receipt number", "order id")
WRITTEN = {"as it is": "{}", "with spaces around": "  {}\n", "with a number sign": "#{}", "with a zero byte": "{}\0"}


@pytest.mark.parametrize("written", WRITTEN)
def test_every_kind_of_number_is_understood(claims: Claims, numbers: dict[str, str], written: str) -> None:
    for kind in KINDS:
        filed = claims.file(R.DISLIKED, WRITTEN[written].format(numbers[kind]))
        assert filed.claim.charge == numbers["charge"], kind
        assert (filed.claim.order_number or "").strip(" #") == numbers[kind]


def test_a_number_of_somebody_else_is_as_unknown_as_any(claims: Claims, numbers: dict[str, str]) -> None:
    claims.subscribe(MALLORY)
    unknown = _answer(claims.file(R.CHARGED_TWICE, "no such number", MALLORY))
    assert unknown[:4] == ("needs_information", "5.1", "order_not_found", None)
    for kind in KINDS:
        assert _answer(claims.file(R.CHARGED_TWICE, numbers[kind], MALLORY)) == unknown, kind


def test_the_answer_for_a_foreign_charge_tells_nothing_of_it(claims: Claims, numbers: dict[str, str]) -> None:
    filed = claims.file(R.CHARGED_TWICE, numbers["charge"], MALLORY)
    view = claim_view(claims.stage.context, filed.claim.id)
    assert view is not None
    assert (view.deadline, view.claim.subscription, view.can_cancel) == (None, None, None)
    assert '"charge":null' in view.decisions[0].seen


@pytest.mark.parametrize("number", ["'; DROP TABLE claim; --", "<b>1</b>", "%", "_", "\x00\x1b[31m", "ü" * 5000, "ch_"])
def test_strange_numbers_are_unknown_ones(claims: Claims, number: str) -> None:
    claims.subscribe()
    filed = claims.file(R.CHARGED_TWICE, number)
    assert filed.claim.state == "needs_information"
    assert len(filed.claim.order_number or "") <= 200


def test_a_customer_shared_by_two_users_shows_each_their_own(claims: Claims) -> None:
    customer = claims.customer("")
    prices = claims.stage.price("Studio")
    for uid in (ALICE, MALLORY):
        claims.stage.world.call(
            "POST",
            "/v1/subscriptions",
            customer=customer,
            items=[{"price": prices}],
            default_payment_method=claims.stage.world.call(
                "POST", "/v1/payment_methods/pm_card_visa/attach", customer=customer
            )["id"],
            metadata={"uid": uid},
        )
    claims.stage.deliver()
    found = {
        uid: [claims.file(R.DISLIKED, charge, uid).claim.charge for charge in claims.charges()]
        for uid in (ALICE, MALLORY)
    }
    assert sorted(map(bool, found[ALICE])) == sorted(map(bool, found[MALLORY])) == [False, True]
    assert not set(filter(None, found[ALICE])) & set(filter(None, found[MALLORY]))


def test_a_payment_without_a_customer_is_its_users_by_metadata(claims: Claims) -> None:
    made = claims.stage.world.call(
        "POST",
        "/v1/payment_intents",
        amount=900,
        currency="usd",
        payment_method="pm_card_visa",
        confirm=True,
        metadata={"uid": ALICE},
        automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
    )
    claims.stage.deliver()
    assert claims.file(R.DISLIKED, made["id"]).claim.charge == made["latest_charge"]
    assert claims.file(R.DISLIKED, made["id"], MALLORY).claim.charge is None


def _answer(filed: FiledClaim) -> tuple[object, ...]:
    assert filed.decision is not None
    decision = filed.decision
    return filed.claim.state, decision.clause, decision.reason, filed.claim.charge, decision.sentence, decision.facts
