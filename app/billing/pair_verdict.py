"""The verdict on two payments from what Stripe says now, read anew each time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.billing.context import Context
from app.billing.payment_reading import PaymentReader
from app.db import account_credit
from app.policy.duplicate import Verdict, verify_duplicate
from app.policy.duplicate_bodies import PaymentBodies
from app.policy.duplicate_facts import DuplicateContext, PaymentFacts
from app.policy.duplicate_from_stripe import payment_facts
from app.policy.duplicate_verdict import Disproved, Suspicion, Unsettled
from app.policy.verified_duplicate import VerifiedDuplicate


@dataclass(frozen=True, kw_only=True, slots=True)
class Settled:
    """What the settlement of a pair has done at Stripe so far; `cleared` are the disputes and fraud warnings that an
    operator has found to be over."""

    reversed_credit: int = 0
    ended_subscription: str | None = None
    cleared: frozenset[str] = frozenset()


NOTHING_YET = Settled()


def verify_pair(context: Context, first: str, second: str, settled: Settled = NOTHING_YET) -> Verdict:
    """The verdict on two charges, everything read anew."""
    reader = PaymentReader(context.stripe)
    one, other = (facts_of(context, reader.whole(reader.charge(each)), settled) for each in (first, second))
    return verify_duplicate(one, other, context=known(context, settled, (first, second)))


def facts_of(context: Context, bodies: PaymentBodies, settled: Settled = NOTHING_YET) -> PaymentFacts:
    keys = context.metadata_keys
    return payment_facts(bodies, uid_key=keys.uid, order_key=keys.order, cleared=settled.cleared)


def known(context: Context, settled: Settled, pair: Collection[str]) -> DuplicateContext:
    with context.db.read() as tx:
        credited = account_credit.credited_among(tx, pair)
    return DuplicateContext(
        credited=credited,
        single_payment_orders=context.settings.order_id_single_payment,
        order_metadata_key=context.settings.order_metadata_key,
        reversed_credit=settled.reversed_credit,
        ended_subscription=settled.ended_subscription,
    )


def plain(bodies: PaymentBodies) -> dict[str, Any]:
    shown = ((each.name, getattr(bodies, each.name)) for each in fields(bodies))
    return {name: value for name, value in shown if isinstance(value, Mapping | list) and value}


def described(verdict: Verdict) -> dict[str, Any]:
    match verdict:
        case VerifiedDuplicate():
            return {"verified": verdict.encode()}
        case Disproved(name=name):
            return {"disproved": str(name)}
        case Suspicion(why=why):
            return {"suspected": str(why)}
        case Unsettled(why=not_yet):
            return {"unsettled": str(not_yet)}
