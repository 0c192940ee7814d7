"""While Stripe has trouble all processes rest together and one call is the first; whoever waits for it may ask."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from app.billing import cancellation, fetching, stripe_rest
from app.billing.fetching import FetchReport, run_pending
from app.billing.pace import Pace
from app.billing.stripe_rest import PROBE_LASTS, Leave, asking, leave, rests
from app.db import stripe_rest as table
from app.db.stripe_rest import Rest
from app.errors import StripeMissing, StripeRests, StripeUnavailable
from app.policy.stripe_trouble import EVERYTHING, USUAL
from app.sandbox.world import Response
from app.stripe_gateway.fetching import fetch
from tests.support.fetch_wishes import ask, rows, wish
from tests.support.stage import Stage, stage

QUICK = Pace(1e6)
SECOND = timedelta(seconds=1)
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def scene(database_url: str) -> Iterator[Stage]:
    with stage(database_url) as ready:
        yield ready


def known(scene: Stage) -> Mapping[str, Rest]:
    with scene.context.db.read() as tx:
        return table.known(tx)


def pending(scene: Stage) -> FetchReport:
    return run_pending(scene.context, pace=QUICK)


def asked(scene: Stage, act: Callable[[], Any]) -> int:
    before = len(scene.world.requests)
    act()
    return len(scene.world.requests) - before


def refused(scene: Stage, monkeypatch: pytest.MonkeyPatch, status: int, path: str) -> None:
    """Every request for such a path."""
    plain = scene.world.request

    def request(method: str, given: str, **more: Any) -> Response:
        answer = plain(method, given, **more)
        body = b'{"error": {"type": "invalid_request_error", "message": "This key may not."}}'
        return Response(status=status, headers=answer.headers, body=body) if path in given else answer

    monkeypatch.setattr(scene.world, "request", request)


def alarms() -> float:
    return REGISTRY.get_sample_value("paidthrough_alarms_total", {"alarm": "stripe.key_refused"}) or 0


class TestEverything:
    def test_rests_grow_and_are_over_with_the_first_answer(self, scene: Stage) -> None:
        scene.world.trouble.outage()
        ask(scene.context.db, *(wish(f"sub_{number}") for number in range(20)))
        lengths: list[float] = []
        for _ in range(9):
            assert asked(scene, lambda: pending(scene)) == 1 or not lengths  # the first run asks with several threads
            assert asked(scene, lambda: pending(scene)) == 0, "nor does another process"
            (rest,) = known(scene).values()
            lengths.append((rest.rests_until - scene.clock.now) / SECOND)
            scene.clock.now = rest.rests_until
        assert lengths[:6] == sorted(lengths[:6])
        assert 1 <= lengths[0] <= 1.25
        assert 60 <= lengths[-1] <= 75
        assert len(set(lengths)) == len(lengths), "chance has a part in it"
        scene.world.trouble.calm()
        assert pending(scene) == FetchReport(gone=1)
        assert known(scene) == {}
        scene.clock.advance(USUAL.longest)
        assert pending(scene) == FetchReport(gone=19), "nothing was put off for longer"

    def test_of_several_that_may_ask_again_one_does(self, scene: Stage) -> None:
        scene.world.trouble.outage(1)
        with pytest.raises(StripeUnavailable), asking(scene.context):
            fetch(scene.context.stripe, "subscription", "sub_1")
        assert leave(scene.context) is Leave.NONE
        scene.clock.advance(2 * SECOND)
        with ThreadPoolExecutor(4) as pool:
            given = list(pool.map(leave, [scene.context] * 8))
        assert (given.count(Leave.PROBE), given.count(Leave.NONE)) == (1, 7)
        scene.clock.advance(PROBE_LASTS)
        assert leave(scene.context) is Leave.PROBE, "the one before has died"
        stripe_rest.answered(scene.context)
        assert leave(scene.context) is Leave.FREE

    def test_a_refusal_is_an_answer(self, scene: Stage) -> None:
        scene.world.trouble.outage(1)
        for error in (StripeUnavailable, StripeMissing):
            with pytest.raises(error), asking(scene.context):
                fetch(scene.context.stripe, "subscription", "sub_1")
            scene.clock.advance(2 * SECOND)
        assert known(scene) == {}

    def test_who_did_not_ask_after_all_leaves_it_to_the_next(self, scene: Stage) -> None:
        scene.world.trouble.outage(1)
        ask(scene.context.db, wish("sub_1"))
        pending(scene)
        scene.clock.advance(2 * SECOND)
        with pytest.raises(LookupError), asking(scene.context):
            raise LookupError
        assert leave(scene.context) is Leave.PROBE

    def test_a_long_wish_of_stripes_is_kept_though_others_rest_already(self, scene: Stage) -> None:
        for wished in (None, 300):
            stripe_rest.failed(scene.context, StripeUnavailable("busy", status=429, retry_after=wished))
        (rest,) = known(scene).values()
        assert (rest.failures, rest.rests_until >= scene.clock.now + 300 * SECOND) == (1, True)

    def test_who_waits_for_it_may_ask(self, scene: Stage) -> None:
        subscription = scene.subscribe("alice")
        scene.world.trouble.outage(1)
        ask(scene.context.db, wish("sub_1"))
        pending(scene)
        assert rests(scene.context)
        done = cancellation.cancel(scene.context, uid="alice", subscription=subscription, actor="alice")
        assert done.result is cancellation.CancelResult.SCHEDULED

    def test_what_a_person_finds_out_spares_the_jobs_from_finding_out(self, scene: Stage) -> None:
        subscription = scene.subscribe("alice")
        ask(scene.context.db, wish("sub_1"))
        scene.world.trouble.outage()
        cancellation.cancel(scene.context, uid="alice", subscription=subscription, actor="alice")
        assert asked(scene, lambda: pending(scene)) == 0


@ON_ONE
class TestOneKind:
    def test_of_a_broken_kind_one_is_tried_again_and_other_kinds_go_on(self, scene: Stage) -> None:
        scene.world.trouble.internal_error(1_000_000, only="/v1/subscriptions/")
        ask(scene.context.db, *(wish(f"sub_{number}") for number in range(20)))
        ask(scene.context.db, *(wish(f"in_{number}", kind="invoice") for number in range(20)))
        report = pending(scene)
        assert report.gone == 20
        assert report.failed + report.untried == 20
        assert known(scene).keys() == {"subscription"}
        assert pending(scene) == FetchReport()
        scene.clock.advance(2 * SECOND)
        assert pending(scene) == FetchReport(failed=1)
        scene.clock.advance(3 * SECOND)
        scene.world.trouble.calm()
        assert pending(scene) == FetchReport(gone=1)
        assert known(scene) == {}

    def test_a_missing_permission_is_told_and_keeps_only_its_kind(
        self, scene: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = alarms()
        with monkeypatch.context() as patched:
            refused(scene, patched, 403, "/v1/subscriptions/")
            ask(scene.context.db, wish("sub_1"), wish("in_1", kind="invoice"))
            assert pending(scene) == FetchReport(failed=1, gone=1)
            assert alarms() == before + 1
            (rest,) = known(scene).values()
            assert (rest.name, rest.why) == (
                "subscription",
                "403: Stripe refused our API key, or the key may not do this. (This key may not.)",
            )
        scene.clock.advance(5 * SECOND)
        assert pending(scene) == FetchReport(gone=1), "it is tried again by itself"
        assert known(scene) == {}

    def test_a_refused_key_keeps_everything(self, scene: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        refused(scene, monkeypatch, 401, "/v1/")
        ask(scene.context.db, wish("sub_1"))
        pending(scene)
        assert known(scene).keys() == {EVERYTHING}

    def test_a_kind_that_rests_is_left_alone_by_other_jobs_too(self, scene: Stage) -> None:
        stripe_rest.failed(scene.context, StripeUnavailable("no", status=500), kind="invoice")
        with pytest.raises(StripeRests), asking(scene.context, "invoice"):
            pytest.fail("asked")
        with asking(scene.context, "charge"):
            pass


@ON_ONE
class TestOneObject:
    def test_a_lock_concerns_nothing_else(self, scene: Stage) -> None:
        scene.world.trouble.lock_timeout(only="/v1/subscriptions/sub_0")
        ask(scene.context.db, *(wish(f"sub_{number}") for number in range(20)))
        assert pending(scene) == FetchReport(failed=1, gone=19)
        assert known(scene) == {}
        (row,) = rows(scene.context.db)
        assert row.due_at == scene.clock.now + fetching.FIRST_BACKOFF
