"""A user as support sees them: access and why, subscriptions, recent charges, claims, and where they stand."""

from dataclasses import dataclass

from app.billing.account import AccountSubscription, account_of
from app.billing.claim_candidates import ClaimCandidate, recent_charges
from app.billing.claim_view import ClaimView, claims_view
from app.billing.context import Context
from app.billing.explain import Explanation, explain
from app.db.number_search import is_known_user
from app.db.standing import standing_of
from app.db.standing_decision import Decided, decisions_about
from app.policy.standing import Standing


@dataclass(frozen=True, kw_only=True, slots=True)
class UserShown:
    uid: str
    explanation: Explanation
    subscriptions: tuple[AccountSubscription, ...]
    charges: tuple[ClaimCandidate, ...]
    claims: tuple[ClaimView, ...]
    standing: Standing
    rulings: tuple[Decided, ...]


def user_shown(context: Context, uid: str) -> UserShown | None:
    """None for a user of whom nothing was ever heard."""
    with context.db.read() as tx:
        if not is_known_user(tx, uid):
            return None
        standing, rulings = standing_of(tx, uid), decisions_about(tx, uid)
    return UserShown(
        uid=uid,
        explanation=explain(context, uid),
        subscriptions=account_of(context, uid),
        charges=recent_charges(context, uid),
        claims=claims_view(context, uid),
        standing=standing,
        rulings=tuple(rulings),
    )
