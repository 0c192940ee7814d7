"""Duplicates of each kind at the sandbox, claimed and approved, and what became of the money."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import select, text, update

from app.billing.claim_deciding import decide_waiting
from app.billing.claim_moves import move
from app.billing.claim_operating import confirm
from app.billing.fetching import run_pending
from app.billing.settlement_followup import run, wake
from app.billing.settling import SettleReport, start
from app.db.claim import claim_by_id
from app.db.settlement import Settlement
from app.db.tables import table_of
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from tests.billing.claim_stage import ALICE
from tests.billing.doubled_payments import Doubled, Pair

_SETTLEMENT = table_of(Settlement)
Json = dict[str, Any]
SOON = timedelta(minutes=20)
"""After this any lease has ended, any backoff has passed, and no call is under way any more."""


@dataclass(frozen=True, kw_only=True)
class Settling(Doubled):
    def bend(self, claim: str, **values: Any) -> None:
        """The settlement is about something else than the decision was."""
        with self.stage.context.db.write() as tx:
            tx.execute(update(_SETTLEMENT).where(_SETTLEMENT.c.claim == claim).values(values))

    def approved(self, pair: Pair, *, by_kept: bool = False) -> str:
        """The claim about the pair, approved and not settled yet."""
        named = pair.kept if by_kept else pair.extra
        claim = self.claims.file(ClaimReason.CHARGED_TWICE, named, uid=self.owner(pair)).claim.id
        if self.state(claim) == "referred":
            confirm(self.stage.context, claim, operator="olga", why="one sign-up made twice")
        assert self.state(claim) == "approved", self.row("claim", claim)
        return claim

    def owner(self, pair: Pair) -> str:
        found = self.claims.column(
            "SELECT uid FROM customer WHERE id = :id AND uid IS NOT NULL UNION"
            " SELECT uid FROM access WHERE customer = :id",
            id=pair.customer,
        )
        return str(found[0]) if found else ALICE

    def run(self) -> SettleReport:
        """The jobs."""
        run_pending(self.stage.context)
        report = run(self.stage.context)
        self.stage.deliver()
        return report

    def look_at_waiting(self) -> int:
        """How many claims the job has decided."""
        return decide_waiting(self.stage.context)

    def run_later(self, by: timedelta = SOON) -> SettleReport:
        self.stage.advance(seconds=by.total_seconds())
        return self.run()

    def run_until(self, done: Callable[[], bool], *, most: int = 12) -> None:
        for _ in range(most):
            if done():
                return
            self.run_later()
        raise AssertionError("it never ends")

    def refunds(self, charge: str) -> list[Json]:
        """Oldest first."""
        return list(reversed(self.world.call("GET", "/v1/refunds", charge=charge, limit=100)["data"]))

    def credit(self, customer: str) -> int:
        return -int(self.world.call("GET", f"/v1/customers/{customer}")["balance"])

    def changes_of_credit(self, customer: str) -> list[int]:
        """Oldest first; a credit is negative."""
        page = self.world.call("GET", f"/v1/customers/{customer}/balance_transactions", limit=100)
        return [each["amount"] for each in reversed(page["data"])]

    def deliver_quietly(self) -> None:
        """Webhooks arrive and wake what they concern; nothing is carried out."""
        self.stage.deliver()
        run_pending(self.stage.context)
        wake(self.stage.context)

    def refund_calls(self) -> list[Json]:
        return [it.params for it in self.world.requests if (it.method, it.path) == ("POST", "/v1/refunds")]

    def refund_keys(self) -> list[str]:
        return [it.idempotency_key for it in self.world.requests if (it.method, it.path) == ("POST", "/v1/refunds")]

    def due_in(self, claim: str) -> timedelta:
        with self.stage.context.db.read() as tx:
            due = tx.execute(select(_SETTLEMENT.c.due_at).where(_SETTLEMENT.c.claim == claim)).scalar_one()
        wait: timedelta = due - self.stage.clock.now
        return wait

    def adjust(self, customer: str, amount: int) -> None:
        """What somebody does to the balance in the dashboard; a debit spends credit."""
        self.world.call("POST", f"/v1/customers/{customer}/balance_transactions", amount=amount, currency="usd")

    def before(self, method: str, path_end: str, act: Callable[[], object]) -> None:
        """Let something happen once, right before Stripe gets such a request."""
        plain = self.world.request
        done: list[str] = []

        def request(given_method: str, path: str, **given: Any) -> Any:
            if (given_method, path.endswith(path_end), done) == (method, True, []):
                done.append(path)
                act()
            return plain(given_method, path, **given)

        self.world.request = request

    def put(self, claim: str, state: str) -> None:
        """Somebody has moved the claim."""
        with self.stage.context.db.write() as tx:
            row = claim_by_id(tx, claim)
            assert row is not None
            move(tx, row, ClaimState(state), at=self.stage.clock.now, actor="olga", what="moved")

    def approve_again(self, claim: str) -> None:
        """An operator decides anew, by what is so now."""
        with self.stage.context.db.write() as tx:
            row = claim_by_id(tx, claim)
            assert row is not None
            move(tx, row, ClaimState.APPROVED, at=self.stage.clock.now, actor="olga", what="decided")
            proof = orjson.loads(self.settlement(claim)["proof"])
            assert start(tx, claim, proof)

    def state(self, claim: str) -> str:
        return str(self.row("claim", claim)["state"])

    def settlement(self, claim: str) -> Json:
        return self.row("settlement", claim, key="claim")

    def live_refunds(self) -> list[str]:
        return self.claims.column("SELECT charge FROM live_refund ORDER BY charge")

    def attempts(self, claim: str) -> set[tuple[str, int, str]]:
        """Step, number and state."""
        sql = text("SELECT step, number, state FROM settlement_attempt WHERE claim = :claim")
        with self.stage.context.db.read() as tx:
            return {(row.step, row.number, row.state) for row in tx.execute(sql, {"claim": claim})}

    def story(self, claim: str) -> list[str]:
        """What happened to the claim, line by line."""
        return self.claims.column("SELECT what FROM claim_journal WHERE claim = :claim ORDER BY id", claim=claim)

    def row(self, table: str, value: str, *, key: str = "id") -> Json:
        sql = text(f"SELECT * FROM {table} WHERE {key} = :value")
        with self.stage.context.db.read() as tx:
            return dict(tx.execute(sql, {"value": value}).one()._mapping)
