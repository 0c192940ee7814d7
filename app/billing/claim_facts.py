"""What Stripe says now about a claim's charge and those that it may be a duplicate of, and the verdict on them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.billing.context import Context
from app.billing.pair_verdict import NOTHING_YET, Settled, described, facts_of, known, plain
from app.billing.payment_reading import Body, PaymentReader
from app.billing.settling_past import settled_so_far
from app.db.claim import ClaimRow
from app.db.user_customers import customers_of
from app.policy.duplicate import Verdict, strongest, verify_duplicate
from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import PaymentFacts, seniority
from app.policy.duplicate_verdict import Disproof, Disproved
from app.policy.stripe_body import number
from app.policy.verified_duplicate import VerifiedDuplicate

AROUND = timedelta(days=35)
"""How far from the claim's charge the other one is looked for: a month's period and some days."""

MOST_CANDIDATES = 10


SHOWS_AT_ONCE = frozenset(
    {
        Disproof.DIFFERENT_CURRENCY,
        Disproof.FAILED_THEN_RETRIED,
        Disproof.PAYMENT_FAILED,
        Disproof.UNCAPTURED_HOLD,
        Disproof.ZERO_AMOUNT,
        Disproof.DISPUTED,
        Disproof.ALREADY_REFUNDED,
    }
)
"""What a charge itself disproves, so that nothing else need be read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """`charged_at` are the instants at which money was taken: of the charge, and of the one it is held against.

    `seen` is JSON: Stripe's answers about each payment, and what was found of each pair.
    """

    verdict: Verdict | None
    charged_at: tuple[datetime, ...]
    seen: dict[str, Any]

    @property
    def proof(self) -> VerifiedDuplicate | None:
        return self.verdict if isinstance(self.verdict, VerifiedDuplicate) else None


def gather(context: Context, claim: ClaimRow) -> Gathered:
    """Everything live, and no transaction open. Raises StripeUnavailable, StripeMissing for an unknown charge."""
    if claim.charge is None:
        return Gathered(verdict=None, charged_at=(), seen={})
    return gather_charge(context, claim.charge, uid=claim.uid, settled=settled_so_far(context, claim.id))


def gather_charge(context: Context, charge: str, *, uid: str | None = None, settled: Settled = NOTHING_YET) -> Gathered:
    """The verdict on a charge held against each payment of the same customer, and of the same user."""
    pairs = _Pairs(context, PaymentReader(context.stripe), charge, settled)
    for other in pairs.candidates(_customers(context, uid)):
        pairs.hold_against(other)
    return pairs.gathered()


class _Pairs:
    def __init__(self, context: Context, reader: PaymentReader, charge: str, settled: Settled) -> None:
        self._context, self._reader, self._settled = context, reader, settled
        self._charge = reader.charge(charge)
        self._own = reader.whole(self._charge)
        self._facts = facts_of(context, self._own, settled)
        self._bodies = {charge: self._own}
        self._others: dict[str, PaymentFacts] = {}
        self._verdicts: dict[str, Verdict] = {}

    def candidates(self, customers: Iterable[str]) -> list[Body]:
        """Those most like the charge first: of the same amount, then the nearest in time."""
        made, span = number(self._charge.get("created")), int(AROUND.total_seconds())
        own = {payer} if (payer := self._facts.customer) else set()
        found = [
            charge
            for customer in sorted({*customers} | own)
            for charge in self._reader.charges_of_customer(customer, since=made - span, until=made + span)
        ]
        if intent := self._facts.payment_intent:
            found += self._reader.charges_of_intent(intent)
        others = {str(each["id"]): each for each in found if each["id"] != self._charge["id"]}
        return sorted(others.values(), key=self._likeness)[:MOST_CANDIDATES]

    def hold_against(self, other: Body) -> None:
        bodies = self._reader.surface(other)
        verdict = self._verdict(bodies)
        if self._settled.cleared or not (isinstance(verdict, Disproved) and verdict.name in SHOWS_AT_ONCE):
            bodies = self._reader.whole(other)
            verdict = self._verdict(bodies)
        name = str(other["id"])
        self._bodies[name], self._verdicts[name] = bodies, verdict
        self._others[name] = facts_of(self._context, bodies, self._settled)

    def gathered(self) -> Gathered:
        verdict = strongest(sorted(self._verdicts.values(), key=self._preference))
        against = next((name for name, each in self._verdicts.items() if each is verdict), None)
        held = () if against is None or isinstance(verdict, Disproved) else (self._others[against].taken_at,)
        return Gathered(verdict=verdict, charged_at=(*self._taken_at(), *held), seen=self._seen())

    def _verdict(self, bodies: PaymentBodies) -> Verdict:
        other = facts_of(self._context, bodies, self._settled)
        pair = (self._facts.charge, other.charge)
        return verify_duplicate(self._facts, other, context=known(self._context, self._settled, pair))

    def _taken_at(self) -> tuple[datetime, ...]:
        return (self._facts.taken_at,) if self._facts.captured > 0 else ()

    def _likeness(self, other: Body) -> tuple[bool, int, str]:
        apart = abs(number(other.get("created")) - number(self._charge.get("created")))
        return (other.get("amount") != self._charge.get("amount"), apart, str(other["id"]))

    def _preference(self, verdict: Verdict) -> tuple[object, ...]:
        """Of several proofs one that gives this very charge back counts, and keeps what no other gives back."""
        if not isinstance(verdict, VerifiedDuplicate):
            return ()
        return (verdict.charge != self._charge["id"], seniority(verdict.kept))

    def _seen(self) -> dict[str, Any]:
        return {
            "charge": self._charge["id"],
            "payments": {name: plain(bodies) for name, bodies in self._bodies.items()},
            "verdicts": {name: described(verdict) for name, verdict in self._verdicts.items()},
        }


def _customers(context: Context, uid: str | None) -> list[str]:
    if uid is None:
        return []
    with context.db.read() as tx:
        return customers_of(tx, uid)
