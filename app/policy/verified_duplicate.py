"""The proof of a duplicate payment: the only value from which a gateway refund can be made.

It comes into being only in `duplicate_rules`, which holds the token, checks itself when it is built, and is never
loaded: neither from a row nor by pickle or copy. Whoever needs it again verifies again, with live facts.
"""

from dataclasses import InitVar, dataclass
from typing import Any, ClassVar, NoReturn

from app.policy.claim_states import SettlementStep
from app.policy.duplicate_facts import PaymentFacts, seniority
from app.policy.duplicate_preconditions import is_good, is_same_intent, is_same_person, why_not_pair
from app.policy.duplicate_verdict import Rule
from app.policy.settlement_marks import step_key, step_metadata

_TOKEN = object()


class NotADuplicate(Exception):
    """A proof was to be built that is inconsistent, or by somebody who may not build one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedDuplicate:
    token: InitVar[object]
    rule: Rule
    kept: PaymentFacts
    extra: PaymentFacts
    amount: int
    credit_to_reverse: int = 0
    subscription_to_end: str | None = None

    reason: ClassVar[str] = "duplicate"

    def __post_init__(self, token: object) -> None:
        if token is not _TOKEN:
            raise NotADuplicate("only the rules verify a duplicate")
        for what, holds in self._checks().items():
            if not holds:
                raise NotADuplicate(f"{self.kept.charge} and {self.extra.charge}: {what}")

    @property
    def charge(self) -> str:
        return self.extra.charge

    @property
    def currency(self) -> str:
        return self.extra.currency

    @property
    def needs_approval(self) -> bool:
        return self.rule is Rule.D

    @property
    def invoice(self) -> str | None:
        """The invoice whose overpayment was credited; only rule A has one to speak of."""
        return self.extra.invoice.invoice if self.rule is Rule.A and self.extra.invoice else None

    @property
    def steps(self) -> tuple[SettlementStep, ...]:
        """What settles it, in this order."""
        if self.credit_to_reverse:
            return (SettlementStep.REVERSE_CREDIT, SettlementStep.REFUND)
        if self.subscription_to_end:
            return (SettlementStep.END_TWIN, SettlementStep.REFUND)
        return (SettlementStep.REFUND,)

    def idempotency_key(self, attempt: int, step: SettlementStep = SettlementStep.REFUND) -> str:
        return step_key(step=step, extra=self.extra.charge, attempt=attempt)

    def metadata(self, attempt: int, step: SettlementStep = SettlementStep.REFUND) -> dict[str, str]:
        return step_metadata(
            step=step,
            extra=self.extra.charge,
            attempt=attempt,
            duplicate_of=self.kept.charge,
            rule=self.rule,
            invoice=self.invoice,
        )

    def encode(self) -> dict[str, Any]:
        """For the record; there is no way back."""
        return {
            "rule": str(self.rule),
            "kept": self.kept.charge,
            "extra": self.extra.charge,
            "extra_payment_intent": self.extra.payment_intent,
            "amount": self.amount,
            "currency": self.currency,
            "invoice": self.invoice,
            "credit_to_reverse": self.credit_to_reverse,
            "subscription_to_end": self.subscription_to_end,
        }

    def __reduce__(self) -> NoReturn:
        raise NotADuplicate("a proof is never loaded or copied: verify again")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        self.__reduce__()

    def _checks(self) -> dict[str, bool]:
        kept, extra = self.kept, self.extra
        return {
            "they are no pair": why_not_pair(kept, extra) is None and not is_same_intent(kept, extra),
            "they have no payer in common": is_same_person(kept, extra),
            "the kept payment is not good": is_good(kept),
            "the extra payment is not good": is_good(extra),
            "the wrong one is kept": seniority(kept) < seniority(extra),
            "the amount is not what the extra captured": 0 < self.amount <= extra.captured,
            "the credit does not match": self.credit_to_reverse == (self.amount if self.rule is Rule.A else 0),
            "the excess is partly refunded": self.rule is Rule.A or self.amount == extra.captured,
            "the subscription to end is not the twin": self.subscription_to_end == self._twin(),
            "the rule does not fit": self._fits_rule(),
        }

    def _twin(self) -> str | None:
        return self.extra.billed_by.subscription if self.rule is Rule.D and self.extra.billed_by else None

    def _fits_rule(self) -> bool:
        kept, extra = self.kept, self.extra
        same_invoice = kept.invoice is not None and kept.invoice == extra.invoice
        one, other = kept.billed_by, extra.billed_by
        match self.rule:
            case Rule.A:
                return same_invoice
            case Rule.B:
                return not same_invoice and one is not None and one == other
            case Rule.C:
                same_customer = kept.customer is not None and kept.customer == extra.customer
                return not same_invoice and kept.order is not None and kept.order == extra.order and same_customer
            case Rule.D:
                return one is not None and other is not None and one.subscription != other.subscription
