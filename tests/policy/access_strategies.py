"""Any facts that Stripe and an operator could leave us with, sensible or not."""

from datetime import datetime

from hypothesis import strategies as st

from app.policy.access_facts import (
    AccessFacts,
    InvoiceFacts,
    ItemFacts,
    LineFacts,
    StandingFacts,
    SubscriptionFacts,
)
from app.policy.standing import Standing
from tests.policy.access_bodies import day

# Few instants, so that boundaries often coincide; a quarter of a day, so that they also fall between each other.
instants: st.SearchStrategy[datetime] = st.integers(-160, 400).map(lambda quarter: day(quarter / 4))
periods = st.sampled_from([(-30, 0), (0, 30), (30, 60), (0, 14), (14, 44), (0, 365), (0, 1), (0, 0), (0, 90)])
item_ids = st.sampled_from(["si_1", "si_2", "si_3"])
statuses = st.sampled_from(
    ["incomplete", "incomplete_expired", "trialing", "active", "past_due", "unpaid", "canceled", "paused", "new"]
)
invoice_statuses = st.sampled_from(["draft", "open", "paid", "uncollectible", "void", "new"])
maybe = st.none() | instants


@st.composite
def items(draw: st.DrawFn) -> ItemFacts:
    start, end = draw(periods)
    return ItemFacts(
        item=draw(item_ids),
        product="prod",
        price="price",
        lookup_key=draw(st.none() | st.just("pro")),
        period_start=day(start),
        period_end=day(end),
        metered=draw(st.booleans()),
    )


@st.composite
def lines(draw: st.DrawFn) -> LineFacts:
    start, end = draw(periods)
    item = draw(st.none() | item_ids)
    return LineFacts(item=item, proration=draw(st.booleans()), start=day(start), end=day(end))


subscriptions = st.builds(
    SubscriptionFacts,
    subscription=st.just("sub_1"),
    status=statuses,
    items=st.lists(items(), min_size=1, max_size=3, unique_by=lambda each: each.item).map(tuple),
    started_at=maybe,
    trial_end=maybe,
    ended_at=maybe,
    cancel_at=maybe,
    cancel_at_period_end=st.booleans(),
    canceled_at=maybe,
    cancellation_reason=st.sampled_from([None, "payment_failed", "cancellation_requested", "new"]),
    pause_collection=st.sampled_from([None, None, "void", "keep_as_draft", "mark_uncollectible", "new"]),
    pause_resumes_at=maybe,
    paused_at=maybe,
    latest_invoice=st.sampled_from([None, "in_1"]),
)
invoices = st.builds(
    InvoiceFacts,
    invoice=st.sampled_from(["in_1", "in_2", "in_3", "in_4", "in_5"]),
    status=invoice_statuses,
    billing_reason=st.sampled_from([None, "subscription_create", "subscription_cycle", "subscription_update", "new"]),
    created=instants,
    due_date=maybe,
    collection_method=st.sampled_from(["charge_automatically", "send_invoice"]),
    attempted=st.booleans(),
    paid_at=maybe,
    voided_at=maybe,
    marked_uncollectible_at=maybe,
    uncollectible_reason=st.sampled_from([None, "user_forgiven"]),
    payment_processing=st.booleans(),
    money_left_back=st.booleans(),
    lines=st.lists(lines(), max_size=3).map(tuple),
)
standings = st.builds(
    StandingFacts, standing=st.sampled_from(Standing), decided_at=maybe, forfeited_until=st.none() | instants
)
access_facts = st.builds(
    AccessFacts,
    subscription=subscriptions,
    invoices=st.lists(invoices, max_size=4, unique_by=lambda each: each.invoice).map(tuple),
    standing=standings,
    held_until=maybe,
)
