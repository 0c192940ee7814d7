"""The answer for one user: the best of all products of all subscriptions."""

from app.policy.access import Access, Reason, answer, combine, next_flip, timelines
from app.policy.access_facts import AccessFacts, StandingFacts
from app.policy.standing import Standing
from tests.policy.access_bodies import GRACE, SECOND, day, facts, invoice, item, line, subscription


def ask(*known: AccessFacts, at: float) -> Access:
    return answer([timeline for each in known for timeline in timelines(each, grace=GRACE)], day(at))


def test_each_item_keeps_its_own_paid_time() -> None:
    mixed = subscription(item(), item(0, 365, id="si_storage"), cancel_at_period_end=True)
    known = facts(mixed, invoice("paid", line(), line(0, 365, id="si_storage")))
    after_a_month = ask(known, at=30)
    assert [(each.product, each.entitled, each.until) for each in after_a_month.products] == [
        ("prod_storage", True, day(365)),
        ("prod_pro", False, day(30)),
    ]
    assert (after_a_month.entitled, after_a_month.until, after_a_month.reason) == (True, day(365), Reason.ENDING)
    assert ask(known, at=365).until == day(365)


def test_an_unpaid_month_does_not_touch_the_paid_year() -> None:
    mixed = subscription(item(30, 60), item(0, 365, id="si_storage"), status="past_due")
    first = invoice("paid", line(), line(0, 365, id="si_storage"), id="in_first")
    known = facts(mixed, first, invoice("open", line(30, 60)))
    storage, pro = ask(known, at=40).products
    assert (storage.product, storage.reason, storage.paid_through) == ("prod_storage", Reason.ACTIVE, day(365))
    assert (pro.reason, pro.paid_through, pro.until) == (Reason.UNPAID, day(30), day(33))


def test_a_flag_ends_a_mixed_subscription_at_the_earliest_items_end() -> None:
    mixed = subscription(item(), item(0, 365, id="si_storage"), cancel_at_period_end=True)
    known = facts(mixed, invoice("paid", line(), line(0, 365, id="si_storage")))
    assert {each.renews_at for each in ask(known, at=1).products} == {None}


def test_a_portal_cancel_at_the_latest_end_lets_the_short_item_renew() -> None:
    mixed = subscription(item(), item(0, 365, id="si_storage"), cancel_at=365)
    known = facts(mixed, invoice("paid", line(), line(0, 365, id="si_storage")))
    renewals = {each.product: (each.reason, each.renews_at) for each in ask(known, at=1).products}
    assert renewals == {"prod_storage": (Reason.ENDING, None), "prod_pro": (Reason.ACTIVE, day(30))}


def test_the_product_row_says_all_that_the_contract_names() -> None:
    (row,) = ask(facts(subscription(), invoice()), at=1).products
    assert (row.product, row.price, row.lookup_key, row.subscription) == ("prod_pro", "price_pro", "pro", "sub_1")
    assert (row.entitled, row.until, row.paid_through, row.renews_at) == (True, day(33), day(30), day(30))


def test_the_best_of_several_subscriptions() -> None:
    ended = facts(subscription(status="canceled", ended_at=30), invoice())
    never = facts(subscription(status="incomplete"))
    forever = facts(subscription(pause_collection={"behavior": "keep_as_draft"}), invoice("draft"))
    running = facts(subscription(item(30, 60)), invoice("paid", line(30, 60)))
    assert ask(never, ended, at=31).reason is Reason.ENDED
    assert ask(never, ended, running, at=31).until == day(63)
    assert ask(running, forever, ended, at=31).until is None
    assert ask(never, at=31).until is None


def test_among_what_is_forfeited_the_time_that_comes_back_counts() -> None:
    forfeited = StandingFacts(standing=Standing.GOOD, forfeited_until=day(30))
    renews = facts(subscription(), invoice(), standing=forfeited)
    over = facts(subscription(status="canceled", ended_at=10), invoice(), standing=forfeited)
    said = ask(over, renews, at=5)
    assert (said.entitled, said.until, said.reason) == (False, day(30), Reason.SUSPENDED)


def test_the_next_flip_is_the_next_change_of_any_item() -> None:
    mixed = subscription(item(), item(0, 365, id="si_storage"), cancel_at=365)
    items = timelines(facts(mixed, invoice("paid", line(), line(0, 365, id="si_storage"))), grace=GRACE)
    seen, now = [], day(0)
    while (flips := next_flip(items, now)) is not None:
        seen.append(flips)
        now = flips
    assert seen == [day(30), day(33), day(365)]
    assert next_flip(items[1], day(0)) == day(365)
    assert next_flip(items, day(30) - SECOND) == day(30)
    assert next_flip((), day(0)) is None


def test_subscriptions_on_different_clocks_are_asked_each_by_its_own() -> None:
    ended = ask(facts(subscription(status="canceled", ended_at=30), invoice()), at=300)
    running = ask(facts(subscription(), invoice()), at=1)
    said = combine([ended, running, answer((), day(0))])
    assert (said.entitled, said.until, said.reason) == (True, day(33), Reason.ACTIVE)
    assert [each.entitled for each in said.products] == [True, False]
    assert combine([]).reason is Reason.NO_SUBSCRIPTION
