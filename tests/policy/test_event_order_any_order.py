"""However the events of a life arrive, the mirror ends as if they came in order, or says that it cannot know."""

from collections.abc import Iterator
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.event_order import Entry, resolve_log, resolve_second
from tests.corpus.folds import Row, chained_log
from tests.corpus.histories import history, truth
from tests.corpus.life import Event, old_values
from tests.corpus.shapes import Body

sign_ups = st.integers(min_value=0, max_value=5000)
luck = st.randoms(use_true_random=False)


def shuffled(events: list[Event], random: Random) -> list[Event]:
    """Any permutation, and some of them again at any later point."""
    again = random.sample(events, random.randrange(len(events) + 1))
    return random.sample([*events, *again], len(events) + len(again))


@settings(deadline=None, max_examples=60)
@given(number=sign_ups, random=luck)
def test_any_order_and_duplication_ends_in_the_truth(number: int, random: Random) -> None:
    events = history(number)
    rows = chained_log(shuffled(events, random))
    for object_id, body in truth(events).items():
        now = rows[object_id].now
        assert now is not None
        assert now.last.body == body or not now.resolved


@st.composite
def walks(draw: st.DrawFn) -> list[Entry]:
    """An object that keeps returning to states it had, its clock often standing still; some news has no old values."""
    body: Body = {"id": "sub_1", "object": "subscription", "metadata": {}, "seat": 0}
    second, entries = 0, []
    for number in range(draw(st.integers(min_value=1, max_value=9))):
        second += draw(st.sampled_from([0, 0, 1]))
        key, value = draw(st.sampled_from(["seat", "tier"])), draw(st.integers(min_value=0, max_value=1))
        new = {**body, key: value, "metadata": {"tag": value} if draw(st.booleans()) else {}}
        changed = old_values(body, new)
        kind = "customer.subscription.updated" if changed else "customer.subscription.trial_will_end"
        tag = draw(st.integers(min_value=0, max_value=999))  # ids must not betray the order
        entries.append(Entry(id=f"evt_{tag}_{number}", type=kind, created=second, body=new, previous=changed or None))
        body = new
    return entries


@settings(deadline=None, max_examples=400)
@given(walk=walks(), random=luck)
def test_a_walk_that_returns_to_its_states_is_never_confidently_wrong(walk: list[Entry], random: Random) -> None:
    row = Row()
    for entry in random.sample(walk, len(walk)):
        row.arrive(entry)
    assert row.now is not None
    assert row.now.last.body == walk[-1].body or not row.now.resolved


@settings(deadline=None, max_examples=200)
@given(walk=walks(), random=luck)
def test_after_each_arrival_the_row_says_what_the_whole_log_says(walk: list[Entry], random: Random) -> None:
    row = Row()
    for entry in random.sample(walk, len(walk)):
        row.arrive(entry)
        whole = resolve_log(row.log.values())
        assert row.now is not None
        assert row.now.last.body == whole.last.body or not (row.now.resolved and whole.resolved)


@settings(deadline=None, max_examples=200)
@given(walk=walks(), random=luck)
def test_a_second_is_resolved_alike_in_any_order_of_its_entries(walk: list[Entry], random: Random) -> None:
    for second, before in seconds(walk):
        assert resolve_second(random.sample(second, len(second)), before) == resolve_second(second, before)


@settings(deadline=None, max_examples=200)
@given(walk=walks())
def test_a_walk_from_a_known_state_is_always_resolved(walk: list[Entry]) -> None:
    for second, before in seconds(walk):
        if before is not None:
            assert resolve_second(second, before).last.body == second[-1].body


def seconds(walk: list[Entry]) -> Iterator[tuple[list[Entry], Body | None]]:
    before: Body | None = None
    for at in sorted({entry.created for entry in walk}):
        second = [entry for entry in walk if entry.created == at]
        yield second, before
        before = dict(second[-1].body)
