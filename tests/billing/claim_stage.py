"""A customer with payments at the sandbox, and short ways to claim about them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from app.billing.claim_completing import complete_claim
from app.billing.claim_evidence import Upload
from app.billing.claim_filing import FiledBy, FiledClaim, file_claim
from app.policy.claim_reasons import ClaimReason
from tests.support.stage import Stage

ALICE, MALLORY = "alice", "mallory"
PNG = b"\x89PNG\r\n\x1a\n" + b"a screenshot"
SCREENSHOT = Upload(name="error.png", content=PNG)


@dataclass(frozen=True, kw_only=True)
class Claims:
    """`stage` with what claims are about."""

    stage: Stage

    def pay(self, uid: str = ALICE, amount: int = 900, *, order: str = "", customer: str = "") -> str:
        """A payment that was made once; its charge."""
        call = self.stage.world.call
        payer = customer or self.customer(uid)
        metadata = {"order_id": order} if order else {}
        made = call(
            "POST",
            "/v1/payment_intents",
            customer=payer,
            amount=amount,
            currency="usd",
            payment_method="pm_card_visa",
            confirm=True,
            metadata=metadata,
            automatic_payment_methods={"enabled": True, "allow_redirects": "never"},
        )
        self.stage.deliver()
        return str(made["latest_charge"])

    def pay_twice(self, order: str = "order-7") -> tuple[str, str]:
        """One order, one customer, two payments: the first and the extra one."""
        payer = self.customer(ALICE)
        first = self.pay(order=order, customer=payer)
        self.stage.advance(minutes=2)
        return first, self.pay(order=order, customer=payer)

    def customer(self, uid: str) -> str:
        made = self.stage.world.call("POST", "/v1/customers", metadata={"uid": uid})
        return str(made["id"])

    def subscribe(self, uid: str = ALICE) -> tuple[str, str]:
        """The subscription, and the charge of its first invoice."""
        subscription = self.stage.subscribe(uid)
        return subscription, self.charges()[-1]

    def charges(self) -> list[str]:
        return self.column("SELECT id FROM charge ORDER BY created, id")

    def file(self, reason: ClaimReason, number: str | None, uid: str = ALICE, **more: Any) -> FiledClaim:
        given: dict[str, Any] = {"text": "", "filed_by": FiledBy.CUSTOMER, "actor": uid} | more
        return file_claim(self.stage.context, uid=uid, reason=reason, order_number=number, **given)

    def complete(self, claim: str, uid: str = ALICE, **more: Any) -> FiledClaim:
        found = complete_claim(self.stage.context, claim, uid=uid, actor=uid, **more)
        assert found is not None
        return found

    def wait(self, **by: float) -> None:
        """Only our clock moves."""
        self.stage.clock.advance(timedelta(**by))

    def column(self, sql: str, **values: object) -> list[Any]:
        with self.stage.context.db.read() as tx:
            return list(tx.execute(text(sql), values).scalars())
