"""What holds for any facts at any instant."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.access import ItemTimeline, alarms, answer, look_again_at, needs_fetch, next_flip, timelines
from app.policy.access_codec import decode, encode
from app.policy.access_facts import GOOD_STANDING, AccessFacts, StandingFacts
from app.policy.access_journal import Transition, transitions
from app.policy.access_pertinent import pertinent
from app.policy.access_segments import ENTITLED
from app.policy.standing import Standing
from tests.policy.access_bodies import SECOND, day
from tests.policy.access_strategies import access_facts, instants

graces = st.sampled_from([timedelta(0), timedelta(minutes=6), timedelta(hours=72)])
nows = instants | instants.map(lambda at: at - SECOND)
END_OF_STORY = day(5000)


def holding(timeline: ItemTimeline, now: datetime) -> tuple[bool, str]:
    """The segment that contains an instant, found the slow way."""
    starts = [None, *(segment.until for segment in timeline.segments)]
    (only,) = [
        segment
        for start, segment in zip(starts, timeline.segments, strict=False)
        if (start is None or start <= now) and (segment.until is None or now < segment.until)
    ]
    return only.entitled, only.reason


@settings(max_examples=300, deadline=None)
@given(access_facts, graces)
def test_segments_are_contiguous_and_each_boundary_changes_something(known: AccessFacts, grace: timedelta) -> None:
    for timeline in timelines(known, grace=grace):
        untils = [segment.until for segment in timeline.segments]
        assert untils[-1] is None
        assert None not in untils[:-1]
        assert all(earlier < later for earlier, later in pairwise(untils[:-1]) if earlier and later)
        assert all(before.reason is not after.reason for before, after in pairwise(timeline.segments))
        assert all(segment.entitled == (segment.reason in ENTITLED) for segment in timeline.segments)


@settings(max_examples=300, deadline=None)
@given(access_facts, graces, nows)
def test_the_answer_is_that_of_the_segment_and_until_is_the_flip(
    known: AccessFacts, grace: timedelta, now: datetime
) -> None:
    for timeline in timelines(known, grace=grace):
        said = answer([timeline], now)
        assert (said.entitled, said.reason) == holding(timeline, now)
        if said.until is None:
            assert answer([timeline], END_OF_STORY).entitled is said.entitled
        elif said.until > now:
            assert answer([timeline], said.until - SECOND).entitled is said.entitled
            assert answer([timeline], said.until).entitled is not said.entitled
        else:
            assert not said.entitled
            assert answer([timeline], said.until - SECOND).entitled
            assert not answer([timeline], said.until).entitled


@settings(max_examples=200, deadline=None)
@given(access_facts, graces, nows)
def test_the_user_is_in_exactly_if_a_product_is(known: AccessFacts, grace: timedelta, now: datetime) -> None:
    items = timelines(known, grace=grace)
    said = answer(items, now)
    assert said.entitled is any(holding(timeline, now)[0] for timeline in items)
    assert said.entitled is (said.reason in ENTITLED)
    if said.until is not None and said.until > now:
        assert answer(items, said.until - SECOND).entitled is said.entitled
        assert answer(items, said.until).entitled is not said.entitled


@settings(max_examples=200, deadline=None)
@given(access_facts, graces, nows, nows)
def test_between_two_flips_nothing_changes(
    known: AccessFacts, grace: timedelta, now: datetime, later: datetime
) -> None:
    items = timelines(known, grace=grace)
    flips = next_flip(items, now)
    assert flips is None or flips > now
    if now <= later and (flips is None or later < flips):
        assert answer(items, later) == answer(items, now)
    if flips is not None:
        at_the_flip, before = answer(items, flips), answer(items, flips - SECOND)
        assert at_the_flip != before


@settings(max_examples=300, deadline=None)
@given(access_facts)
def test_the_encoding_comes_back_as_it_went(known: AccessFacts) -> None:
    assert decode(orjson.loads(orjson.dumps(encode(known)))) == known


@settings(max_examples=300, deadline=None)
@given(access_facts, graces)
def test_the_pertinent_facts_tell_the_same_story(known: AccessFacts, grace: timedelta) -> None:
    def story(facts: AccessFacts) -> list[object]:
        return [(each.segments, each.paid_through, each.renews_at) for each in timelines(facts, grace=grace)]

    short = pertinent(known)
    assert len(short.invoices) <= len(known.invoices)
    assert story(short) == story(known)
    assert not needs_fetch(short) or needs_fetch(known)
    assert pertinent(short) == short


@settings(max_examples=300, deadline=None)
@given(access_facts, graces, nows)
def test_whoever_may_be_locked_out_for_want_of_news_is_looked_up_before(
    known: AccessFacts, grace: timedelta, now: datetime
) -> None:
    alarms(known)
    for timeline in timelines(known, grace=grace):
        said = answer([timeline], now)
        if timeline.unsure and said.entitled and said.until is not None:
            look = look_again_at(known, grace, now, asked_at=now - timedelta(days=1000))
            assert look is not None
            assert now <= look <= said.until


@settings(max_examples=200, deadline=None)
@given(access_facts, graces, instants)
def test_a_violation_leaves_nobody_in(known: AccessFacts, grace: timedelta, decided: datetime) -> None:
    for standing in (Standing.SUSPENDED, Standing.TERMINATED):
        ruled = replace(known, standing=StandingFacts(standing=standing, decided_at=decided))
        good = replace(known, standing=GOOD_STANDING)
        assert not answer(timelines(ruled, grace=grace), decided).entitled
        assert not answer(timelines(ruled, grace=grace), END_OF_STORY).entitled
        before = decided - SECOND
        assert (
            answer(timelines(ruled, grace=grace), before).entitled
            is answer(timelines(good, grace=grace), before).entitled
        )


@settings(max_examples=200, deadline=None)
@given(access_facts, access_facts, graces, nows, nows)
def test_the_journal_never_tells_of_the_future_and_adds_up(
    old: AccessFacts, new: AccessFacts, grace: timedelta, since: datetime, now: datetime
) -> None:
    before, after = timelines(old, grace=grace), timelines(new, grace=grace)
    told = transitions(before, after, now, journalled_to=since)
    assert all(change.at <= now for change in told)
    lost = {Transition.ENDED, Transition.FORFEITED}
    won = {Transition.GRANTED, Transition.RESTORED}
    for timeline in after:
        was = [each for each in before if each.item.item == timeline.item.item]
        entitled = answer(was, min(since, now)).entitled
        changes = [change for change in told if change.item.item == timeline.item.item]
        balance = sum((each.transition in won) - (each.transition in lost) for each in changes)
        assert int(entitled) + balance == int(answer([timeline], now).entitled)
