"""Whatever Stripe says of payments: nothing but a duplicate is verified, never too much of it, and one always stays."""

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.duplicate import verify_duplicate
from app.policy.duplicate_facts import DuplicateContext, PaymentFacts
from app.policy.duplicate_verdict import Rule
from app.policy.verified_duplicate import VerifiedDuplicate
from tests.policy.billing_bodies import HOUR, MONTH, NOON
from tests.policy.duplicate_auditor import complaints
from tests.policy.payment_bodies import Pair, but, facts, same_invoice, same_order, same_period, twins

LINE = "invoice.lines.data.0"
VALUES: dict[str, list[Any]] = {
    "charge.amount": [0, 1, 2000, 5000],
    "charge.amount_captured": [-5, 0, 1, 2000, 5000, None],
    "charge.amount_refunded": [0, 1, 2000],
    "charge.captured": [True, False, None],
    "charge.created": [NOON - HOUR, NOON, NOON + HOUR, None, "noon"],
    "charge.currency": ["usd", "eur", None],
    "charge.customer": ["cus_1", "cus_2", None],
    "charge.disputed": [True, False],
    "charge.livemode": [True, False],
    "charge.payment_intent": ["pi_1", "pi_2", None],
    "charge.status": ["succeeded", "pending", "failed", "new"],
    "payment_intent": [None, {}, {"metadata": {"order_id": "9001"}}, {"metadata": {"order_id": " "}}],
    "invoice": [None, {}, {"id": "in_1", "status": "paid"}],
    "invoice_payments": [[], [{}], [{"status": "paid", "invoice": "in_1", "payment": {"payment_intent": "pi_2"}}]],
    "subscription": [None, {}],
    "customer": [None, {"balance": -100}, {"metadata": {"uid": "u-1"}}, {"metadata": {"uid": "u-2"}}],
    "checkout_session": [None, {}, {"status": "open"}, {"status": "complete", "mode": "subscription"}],
    "refunds": [[], [{"charge": "ch_2", "status": "pending"}], [{"charge": "ch_1", "status": "failed"}]],
    "fraud_warnings": [[], [{"charge": "ch_1"}]],
    "balance_transactions": [[], [{}]],
}
DEEPER: dict[str, list[Any]] = {
    "invoice.status": ["paid", "open", "void"],
    "invoice.amount_overpaid": [0, 1, 2000, 9000],
    "invoice.billing_reason": ["subscription_create", "subscription_cycle", "subscription_update", None],
    "invoice.starting_balance": [-100, 0],
    f"{LINE}.period": [{"start": NOON, "end": NOON + MONTH}, {"start": NOON + MONTH, "end": NOON + 2 * MONTH}, None],
    f"{LINE}.quantity_decimal": ["1", "1.0", "2", "many"],
    f"{LINE}.pricing": [None, {"price_details": {"price": "price_team"}}],
    "subscription.status": ["active", "canceled", "new"],
    "subscription.created": [NOON, NOON + 30 * HOUR],
    "subscription.metadata": [{}, {"seat": "Bob"}, None],
    "customer.balance": [-2000, -100, 0, 300],
}

PAIRS = st.sampled_from([same_invoice, same_period, same_order, twins]).map(lambda pair: pair())
CONTEXTS = st.builds(
    DuplicateContext, single_payment_orders=st.booleans(), reversed_credit=st.sampled_from([0, 500, 2000])
)


@st.composite
def disturbed(draw: st.DrawFn) -> Pair:
    first, second = draw(PAIRS)
    return draw(_changes(first)), draw(_changes(second))


@st.composite
def _changes(draw: st.DrawFn, bodies: Any) -> Any:
    """Shallow values last, since they take away what the deeper ones change."""
    deeper = {path: values for path, values in DEEPER.items() if getattr(bodies, path.split(".")[0]) is not None}
    for space in (deeper, VALUES):
        paths = draw(st.lists(st.sampled_from(sorted(space)), max_size=2, unique=True)) if space else []
        bodies = but(bodies, {path: draw(st.sampled_from(space[path])) for path in paths})
    return bodies


@settings(max_examples=400, deadline=None)
@given(disturbed(), CONTEXTS)
def test_only_a_duplicate_is_verified_and_never_too_much_of_it(pair: Pair, context: DuplicateContext) -> None:
    first, second = facts(pair[0]), facts(pair[1])
    verdict = verify_duplicate(first, second, context=context)
    assert verify_duplicate(second, first, context=context) == verdict
    if isinstance(verdict, VerifiedDuplicate):
        bodies = {facts(each).charge: each for each in pair}
        assert complaints(verdict, bodies[verdict.kept.charge], bodies[verdict.extra.charge], context) == []


@st.composite
def several(draw: st.DrawFn) -> list[PaymentFacts]:
    """Payments of one customer that hang together in several ways at once."""
    made = [each for pair in draw(st.lists(PAIRS, min_size=1, max_size=3)) for each in pair]
    found = []
    for number, bodies in enumerate(made):
        order = draw(st.sampled_from([None, "9001", "9002"]))
        changes: dict[str, Any] = {
            "charge.id": f"ch_{number}",
            "charge.created": NOON + draw(st.integers(0, 5)) * HOUR,
            "payment_intent.metadata": {"order_id": order} if order else {},
        }
        trouble: dict[str, Any] = draw(
            st.sampled_from([{}, {}, {}, {"charge.disputed": True}, {"charge.amount_refunded": 2000}])
        )
        found.append(facts(_with_intent(but(bodies, changes | trouble), number)))
    return found


def _with_intent(bodies: Any, number: int) -> Any:
    """Each payment has an intent of its own, also where the same pair was drawn twice."""
    old, new = bodies.charge["payment_intent"], f"pi_{number}"
    links = [
        link | {"payment": {"payment_intent": new, "type": "payment_intent"}}
        if link["payment"]["payment_intent"] == old
        else link
        for link in bodies.invoice_payments
    ]
    return but(bodies, {"charge.payment_intent": new, "payment_intent.id": new, "invoice_payments": links})


@settings(max_examples=200, deadline=None)
@given(several())
def test_though_all_pairs_are_refunded_at_once_a_good_payment_of_each_transaction_stays(
    payments: list[PaymentFacts],
) -> None:
    context = DuplicateContext(single_payment_orders=True)
    verdicts = [verify_duplicate(one, other, context=context) for one, other in combinations(payments, 2)]
    proofs = [verdict for verdict in verdicts if isinstance(verdict, VerifiedDuplicate)]
    extras = {proof.extra.charge for proof in proofs}
    kept_by = {proof.extra.charge: proof.kept for proof in proofs}
    for charge in extras:
        kept = kept_by[charge]
        while kept.charge in extras:  # what one pair keeps another may find to be extra: follow it to its end
            kept = kept_by[kept.charge]
        assert kept.status == "succeeded"
        assert (kept.disputed, kept.refunded, kept.live_refund) == (False, 0, False)


def test_the_strategies_reach_every_rule() -> None:
    found = set()
    for pair in (same_invoice(), same_period(), same_order(), twins()):
        verdict = verify_duplicate(facts(pair[0]), facts(pair[1]), context=DuplicateContext(single_payment_orders=True))
        assert isinstance(verdict, VerifiedDuplicate)
        found.add(verdict.rule)
    assert found == set(Rule)
