"""Histories of money: whatever happens outside, mixed with all that customers, operators and jobs make of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from app.billing.claim_filing import FiledBy, file_claim
from app.billing.context import Context
from app.billing.deliveries import DeliveryStatus, record_delivery
from app.billing.policy_document import policy_document
from app.billing.standing import Ruling, decide_standing
from app.errors import PaidthroughError
from app.policy.claim_reasons import ClaimReason
from app.policy.standing import Standing
from tests.billing.mortal import Killed, mortal
from tests.journeys.money_acts import ACTS, OFTEN
from tests.journeys.money_auditor import Auditor
from tests.journeys.money_outside import DEEDS, DOUBLES, TROUBLES, UIDS, Deed, Outside
from tests.support.stage import stage

which = st.integers(0, 5)
any_act = st.sampled_from([*OFTEN, *sorted(ACTS.keys() - {"fetches"})])  # which has threads of its own
any_deed = st.sampled_from(DEEDS)
CENTS = (2000, 3000)
minutes = st.sampled_from([1, 6, 20, 20, 20, 60, 60 * 23, 60 * 25, 60 * 24 * 31])
where = st.sampled_from(["POST", "POST", "/v1/refunds", "GET"])


class Moment(NamedTuple):
    """Around the call to Stripe that comes after so many; without reads only those that change something count."""

    calls: int
    reads_count: bool
    after: bool


around_any_call = st.builds(Moment, calls=st.integers(0, 40), reads_count=st.just(True), after=st.just(False))
around_a_change = st.builds(
    Moment, calls=st.sampled_from([0, 0, 0, 1, 2, 3]), reads_count=st.just(False), after=st.booleans()
)
moments = around_any_call | around_a_change


class MoneyHistory(RuleBasedStateMachine):
    """`database_url` gives an empty database for each history."""

    database_url: Callable[[], str]

    @initialize(doubled=st.lists(st.tuples(st.sampled_from(DOUBLES), which), min_size=1, max_size=3))
    def begin(self, doubled: list[tuple[Deed, int]]) -> None:
        self.cleanup = ExitStack()
        patched = self.cleanup.enter_context(pytest.MonkeyPatch.context())
        patched.setattr(os, "urandom", Random(0).randbytes)  # ids too are the same when a history is walked again
        url = type(self).database_url()
        self.stage = self.cleanup.enter_context(stage(url, order_id_single_payment=True))
        self.auditor = Auditor(self.stage.world)
        self.decisions: dict[str, Any] = {}
        self.approved: set[str] = set()
        self.outside = Outside(self.stage.world, [self.stage.price("Studio", cents) for cents in CENTS], self.auditor)
        self.outside.subscribes(0)
        for deed, number in doubled:
            deed(self.outside, number)

    @rule(deed=any_deed, number=which)
    def something_happens(self, deed: Deed, number: int) -> None:
        deed(self.outside, number)

    @rule(act=any_act, number=which)
    def somebody_acts(self, act: str, number: int) -> None:
        self.stage.deliver()
        self.do(self.stage.context, act, number)

    @rule(number=which, then=st.lists(st.sampled_from(["approves", "settles"]), max_size=2))
    def somebody_claims(self, number: int, then: list[str]) -> None:
        self.stage.deliver()
        for act in ("claims about a charge", *then):
            self.do(self.stage.context, act, number)

    @rule(act=any_act, number=which, points=st.integers(0, 30))
    def somebody_is_killed(self, act: str, number: int, points: int) -> None:
        self.stage.deliver()
        with mortal(self.stage, points, while_reading=False) as context, suppress(Killed):
            self.do(context, act, number)

    @rule(act=any_act, number=which, other=any_act, another=which, moment=moments)
    def two_act_at_once(self, act: str, number: int, other: str, another: int, moment: Moment) -> None:
        self.stage.deliver()
        with self._at(moment, lambda: self.do(self.stage.context, other, another)):
            self.do(self.stage.context, act, number)

    @rule(kind=st.sampled_from(TROUBLES), only=where, count=st.integers(1, 2))
    def stripe_will_have_trouble(self, kind: str, only: str, count: int) -> None:
        getattr(self.stage.world.trouble, kind)(count, only=only)

    @rule(minutes=minutes)
    def time_passes(self, minutes: int) -> None:
        self.stage.advance(minutes=minutes)

    @rule(who=st.sampled_from(UIDS), standing=st.sampled_from([Standing.GOOD, Standing.GOOD, Standing.SUSPENDED]))
    def operators_decide_a_standing(self, who: str, standing: Standing) -> None:
        with suppress(PaidthroughError):
            decide_standing(self.stage.context, Ruling(uid=who, standing=standing, reason="seen", actor="olga"))

    @rule(who=st.sampled_from(UIDS), status=st.sampled_from(DeliveryStatus))
    def the_host_delivers(self, who: str, status: DeliveryStatus) -> None:
        now = self.stage.clock.now
        with suppress(PaidthroughError):
            record_delivery(self.stage.context, uid=who, order="o-1", status=status, occurred_at=now, detail=None)

    @rule()
    def everything_comes_to_rest(self) -> None:
        self.stage.world.trouble.calm()
        for minutes in (20, 20, 20, 60 * 24 * 4, 20):
            self.stage.advance(minutes=minutes)
            for act in ("fetches", "decides", "settles"):
                self.do(self.stage.context, act, 0)
        self.stage.deliver()
        self.auditor.at_rest()
        open_ones = self.rows("SELECT claim FROM settlement WHERE state = 'open'")
        assert not open_ones, f"settlements that never end: {open_ones}"

    @invariant()
    def no_cent_too_much(self) -> None:
        self.auditor.after_a_step()

    @invariant()
    def every_decision_has_its_clause_and_stays(self) -> None:
        found = {row.id: tuple(row) for row in self.rows("SELECT * FROM refund_decision")}
        changed = [name for name, seen in self.decisions.items() if found.get(name) != seen]
        assert not changed, f"decisions that changed: {changed}"
        clauses = {str(each.clause) for each in policy_document().clauses}
        new = [found[name] for name in found.keys() - self.decisions.keys()]
        for row in self.rows("SELECT id, clause FROM refund_decision") if new else ():
            assert row.clause in clauses, f"{row.id} cites {row.clause}"
        self.decisions = found

    def teardown(self) -> None:
        if hasattr(self, "cleanup"):
            try:
                self.everything_comes_to_rest()
            finally:
                self.cleanup.close()

    def do(self, context: Context, act: str, number: int) -> None:
        """What is refused on purpose is a fine end."""
        with suppress(PaidthroughError):
            ACTS[act](self, context, number)

    def file(self, context: Context, number: int, reason: ClaimReason) -> None:
        charge = self.outside.pick("charge", number)
        uid = self.outside.of.get(charge["customer"], "mallory") if number < 5 else "mallory"
        told: dict[str, Any] = {"text": "", "filed_by": FiledBy.SUPPORT, "actor": uid}
        file_claim(context, uid=uid, reason=reason, order_number=charge["id"], **told)

    def claim(self, number: int, state: str | None = None) -> Any:
        where = f"WHERE state = '{state}'" if state else ""
        found = self.rows(f"SELECT id, uid, state FROM claim {where} ORDER BY filed_at, id")
        return found[number % len(found)] if found else None

    def rows(self, sql: str) -> list[Any]:
        with self.stage.context.db.read() as tx:
            return list(tx.execute(text(sql)))

    @contextmanager
    def _at(self, moment: Moment, other: Callable[[], None]) -> Iterator[None]:
        """In between two calls to Stripe of what goes on, another process gets its turn."""
        plain, left = self.stage.world.request, [moment.calls]

        def request(method: str, *given: Any, **more: Any) -> Any:
            counts = method != "GET" or moment.reads_count
            left[0] -= counts
            turn = counts and left[0] == -1
            if turn and not moment.after:
                other()
            try:
                return plain(method, *given, **more)
            finally:
                if turn and moment.after:
                    other()

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.stage.world, "request", request)
            yield
