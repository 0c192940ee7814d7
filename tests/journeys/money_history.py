"""Histories of money: whatever happens outside, mixed with all that customers, operators and jobs make of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
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
from tests.journeys.money_outside import UIDS, Outside, which
from tests.support.stage import stage

any_act = st.sampled_from([*OFTEN, *ACTS])


class MoneyHistory(Outside):
    """`database_url` gives an empty database for each history."""

    database_url: Callable[[], str]

    @initialize()
    def begin(self) -> None:
        self.cleanup = ExitStack()
        url = type(self).database_url()
        self.stage = self.cleanup.enter_context(stage(url, order_id_single_payment=True))
        self.auditor = Auditor(self.stage.world)
        self.decisions: dict[str, Any] = {}
        self.approved: set[str] = set()
        self.open_shop()

    @rule(act=any_act, number=which)
    def acts(self, act: str, number: int) -> None:
        self.stage.deliver()
        self.do(self.stage.context, act, number)

    @rule(act=any_act, number=which, points=st.integers(0, 60))
    def is_killed(self, act: str, number: int, points: int) -> None:
        with mortal(self.stage, points, while_reading=False) as context, suppress(Killed):
            self.do(context, act, number)

    @rule(act=any_act, number=which, other=any_act, another=which, at=st.integers(0, 40), after=st.booleans())
    def acts_while_another_process_acts(
        self, act: str, number: int, other: str, another: int, at: int, after: bool
    ) -> None:
        with self._at_call(at, after, lambda: self.do(self.stage.context, other, another)):
            self.do(self.stage.context, act, number)

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
        for minutes in (20, 20, 20, 20, 60 * 24, 60 * 24 * 3):
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
            with self.cleanup:
                self.everything_comes_to_rest()

    def do(self, context: Context, act: str, number: int) -> None:
        """What is refused on purpose is a fine end."""
        with suppress(PaidthroughError):
            ACTS[act](self, context, number)

    def file(self, context: Context, number: int, reason: ClaimReason) -> None:
        charges = self.all("charge")
        if not charges:
            return
        charge = charges[number % len(charges)]
        uid = self.of.get(charge["customer"], "mallory") if number < 5 else "mallory"
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
    def _at_call(self, at: int, after: bool, other: Callable[[], None]) -> Iterator[None]:
        """In between two calls to Stripe of what goes on, another process gets its turn."""
        plain, calls = self.stage.world.request, iter(range(at + 1))

        def request(method: str, *given: Any, **more: Any) -> Any:
            turn = next(calls, None) == at
            if turn and not after:
                other()
            try:
                return plain(method, *given, **more)
            finally:
                if turn and after:
                    other()

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(self.stage.world, "request", request)
            yield
