"""A duplicate by each rule, which payment stays, and how much goes back."""

import pytest

from app.policy.claim_states import SettlementStep
from app.policy.duplicate import strongest
from app.policy.duplicate_facts import DuplicateContext
from app.policy.duplicate_verdict import Disproof, Disproved, NotYet, Rule, Suspect, Suspicion, Unsettled
from app.policy.settlement_marks import INVOICE
from app.policy.verified_duplicate import VerifiedDuplicate
from tests.policy.billing_bodies import NOON, balance_transaction, line
from tests.policy.payment_bodies import (
    ABSENT,
    SINGLE,
    Pair,
    but,
    changed,
    facts,
    same_invoice,
    same_order,
    same_period,
    twins,
    verdict_on,
)

PAIRS = {Rule.A: same_invoice(), Rule.B: same_period(), Rule.C: same_order(), Rule.D: twins()}


def verified(pair: Pair, context: DuplicateContext = SINGLE) -> VerifiedDuplicate:
    verdict = verdict_on(pair, context)
    assert isinstance(verdict, VerifiedDuplicate), verdict
    return verdict


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_keeps_the_first_payment_and_refunds_the_other(rule: Rule) -> None:
    proof = verified(PAIRS[rule])
    assert (proof.rule, proof.kept.charge, proof.extra.charge) == (rule, "ch_1", "ch_2")
    assert (proof.amount, proof.currency, proof.charge, proof.reason) == (2000, "usd", "ch_2", "duplicate")
    assert proof.needs_approval is (rule is Rule.D)


def test_each_rule_has_its_steps() -> None:
    refund = SettlementStep.REFUND
    assert {rule: verified(pair).steps for rule, pair in PAIRS.items()} == {
        Rule.A: (SettlementStep.REVERSE_CREDIT, refund),
        Rule.B: (refund,),
        Rule.C: (refund,),
        Rule.D: (SettlementStep.END_TWIN, refund),
    }
    assert verified(PAIRS[Rule.A]).credit_to_reverse == 2000
    assert verified(PAIRS[Rule.D]).subscription_to_end == "sub_2"


@pytest.mark.parametrize(
    ("due", "paid", "amount"),
    [(2000, (2000, 2000), 2000), (2000, (1500, 1500), 1000), (2000, (500, 2000), 500), (2000, (2000, 300), 300)],
)
def test_of_an_overpaid_invoice_only_the_excess_goes_back(due: int, paid: tuple[int, int], amount: int) -> None:
    proof = verified(same_invoice(due=due, paid=paid))
    assert (proof.amount, proof.credit_to_reverse) == (amount, amount)


def test_credit_that_an_invoice_took_since_is_not_paid_back() -> None:
    taken = balance_transaction(700, at=NOON + 300, invoice="in_9", kind="applied_to_invoice")
    pair = changed(same_invoice(), {"balance_transactions": [credit(), taken], "customer.balance": -1300}, both=True)
    assert verified(pair).amount == 1300


def test_if_all_of_the_credit_was_spent_a_person_looks() -> None:
    taken = balance_transaction(2000, at=NOON + 300, invoice="in_9", kind="applied_to_invoice")
    pair = changed(same_invoice(), {"balance_transactions": [credit(), taken], "customer.balance": 0}, both=True)
    assert verdict_on(pair) == Suspicion(why=Suspect.CREDIT_SPENT)


def test_without_the_credit_of_the_overpayment_a_person_looks() -> None:
    pair = changed(same_invoice(), {"balance_transactions": []}, both=True)
    assert verdict_on(pair) == Suspicion(why=Suspect.CREDIT_NOT_FOUND)


def test_the_proof_can_be_made_again_after_its_credit_was_reversed() -> None:
    ours = balance_transaction(2000, at=NOON + 300, kind="adjustment", metadata={INVOICE: "in_1"})
    pair = changed(same_invoice(), {"balance_transactions": [credit(), ours], "customer.balance": 0}, both=True)
    assert verdict_on(pair) == Suspicion(why=Suspect.CREDIT_SPENT)
    assert verified(pair, DuplicateContext(reversed_credit=2000)).amount == 2000


def test_the_proof_can_be_made_again_after_the_twin_was_ended() -> None:
    pair = changed(twins(), {"subscription.status": "canceled", "subscription.ended_at": NOON + 90000})
    assert verdict_on(pair) == Suspicion(why=Suspect.TWIN_NOT_RENEWING)
    assert verified(pair, DuplicateContext(ended_subscription="sub_2")).subscription_to_end == "sub_2"
    assert verdict_on(pair, DuplicateContext(ended_subscription="sub_1")) == Suspicion(why=Suspect.TWIN_NOT_RENEWING)


def test_an_order_id_of_our_own_sign_up_stands_for_one_payment() -> None:
    issued = DuplicateContext(issued_orders=frozenset({"9001"}))
    assert verified(same_order(), issued).rule is Rule.C
    assert verdict_on(same_order("9002"), issued) == Suspicion(why=Suspect.ORDER_NOT_DECLARED_SINGLE)


def test_of_one_order_the_payment_with_an_invoice_is_kept_though_it_came_later() -> None:
    loose, _ = same_order()
    linked = but(same_period()[1], {"payment_intent.metadata": {"order_id": "9001"}})
    proof = verified((loose, linked))
    assert (proof.rule, proof.kept.charge, proof.extra.charge) == (Rule.C, "ch_2", "ch_1")


def test_of_twins_the_older_subscription_is_kept_though_its_payment_came_later() -> None:
    slow = but(twins()[0], {"charge.created": NOON + 90000})
    proof = verified((slow, twins()[1]))
    assert (proof.kept.charge, proof.subscription_to_end) == ("ch_1", "sub_2")


def test_twins_of_one_user_may_have_two_customers() -> None:
    other = dict.fromkeys(("charge.customer", "payment_intent.customer", "invoice.customer", "customer.id"), "cus_2")
    assert verified(changed(twins(), other)).rule is Rule.D


def test_two_renewals_of_twins_count_as_well() -> None:
    pair = changed(twins(), {"invoice.billing_reason": "subscription_cycle"}, both=True)
    assert verified(pair).rule is Rule.D


def test_invoices_of_several_items_are_held_together_whatever_the_order_of_their_lines() -> None:
    seat = line("sub_1", "si_2", NOON)
    first, second = same_period()
    one = list(first.invoice["lines"]["data"]) if first.invoice else []
    pair = but(first, {"invoice.lines.data": [*one, seat]}), but(second, {"invoice.lines.data": [seat, *one]})
    assert verified(pair).rule is Rule.B


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"charge.status": "pending"}, NotYet.CHARGE_PENDING),
        ({"checkout_session": {"status": "open", "mode": "payment"}}, NotYet.CHECKOUT_OPEN),
        ({"checkout_session": {"status": "complete", "mode": "subscription"}}, NotYet.INVOICE_NOT_LINKED),
    ],
)
def test_what_is_not_settled_at_stripe_is_not_judged(changes: dict[str, object], why: NotYet) -> None:
    assert verdict_on(changed(same_order(), changes)) == Unsettled(why=why)


def test_an_invoice_payment_that_is_still_open_is_not_judged() -> None:
    pair = changed(same_period(), {"invoice_payments.0.status": "open"})
    assert verdict_on(pair) == Unsettled(why=NotYet.INVOICE_PAYMENT_OPEN)


def test_of_several_verdicts_a_proof_counts_and_then_what_may_become_one() -> None:
    proof, twin = verified(same_order()), verified(twins())
    suspicion = Suspicion(why=Suspect.SAME_AMOUNT)
    disproved = [Disproved(name=Disproof.RENEWAL), Disproved(name=Disproof.SECOND_SEAT)]
    unsettled = Unsettled(why=NotYet.CHARGE_PENDING)
    assert strongest([*disproved, suspicion, unsettled, twin, proof]) is proof
    assert strongest([*disproved, suspicion, unsettled, twin]) is twin
    assert strongest([*disproved, suspicion, unsettled]) is unsettled
    assert strongest([*disproved, suspicion]) is suspicion
    assert strongest(disproved) is disproved[0]
    assert strongest([]) is None


def test_a_body_without_its_lists_is_read_as_not_known() -> None:
    pair = changed(same_period(), {"invoice.lines": ABSENT})
    assert verdict_on(pair) == Suspicion(why=Suspect.FACTS_MISSING)
    assert facts(pair[1]).charge == "ch_2"


def credit() -> dict[str, object]:
    return balance_transaction(-2000, at=NOON + 60, invoice="in_1")
