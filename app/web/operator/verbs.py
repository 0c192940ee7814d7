"""What an operator can do about a claim as it stands; whatever is done is on record with a reason and a name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.billing import claim_operating
from app.billing.claim_deciding import Answer
from app.billing.claim_moves import MAY_GROW
from app.billing.claim_view import ClaimView
from app.billing.context import Context
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason, Remedy

R = DecisionReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """`version` is the claim as the operator saw it; `contacted_at` only goes with an earlier contact."""

    claim: str
    version: int
    operator: str
    why: str
    contacted_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verb:
    """`says` is on the button, `does` beside it."""

    name: str
    says: str
    does: str
    act: Callable[[Context, Order], Answer]
    tone: str = ""
    wants_instant: bool = False


def verbs_for(view: ClaimView) -> tuple[Verb, ...]:
    state, decision = view.claim.state, view.decision
    if state == ClaimState.DECLINED:
        return (APPEAL, LATE_CONTACT)
    if state == ClaimState.REFERRED and decision is not None:
        return (*DUE.get(decision.reason, (NO_GROUND,)), CONTACT)
    return (CONTACT,) if state in MAY_GROW else ()


def _plainly(act: Callable[..., Answer], *given: Any, **more: Any) -> Callable[[Context, Order], Answer]:
    """Such a deed by whoever orders it."""

    def ordered(context: Context, order: Order) -> Answer:
        return act(context, order.claim, *given, operator=order.operator, why=order.why, version=order.version, **more)

    return ordered


def _appeal(context: Context, order: Order) -> Answer:
    return claim_operating.appeal(context, order.claim, actor=order.operator, why=order.why, version=order.version)


def _contact(*, decide_again: bool) -> Callable[[Context, Order], Answer]:
    def ordered(context: Context, order: Order) -> Answer:
        if order.contacted_at is None:
            raise ClaimRefused("Say when support was contacted: the date and the time, in UTC.")
        return _plainly(claim_operating.record_contact, order.contacted_at, decide_again=decide_again)(context, order)

    return ordered


def _done(remedy: Remedy) -> Callable[[Context, Order], Answer]:
    return _plainly(claim_operating.remedied, remedy)


def _impossible(remedy: Remedy) -> Callable[[Context, Order], Answer]:
    return _plainly(claim_operating.rule_out, remedy)


_confirm, _reject = _plainly(claim_operating.confirm), _plainly(claim_operating.reject)

APPEAL = Verb(
    name="appeal",
    says="Decide again",
    does="A new decision by what is known now; the old one stays on record.",
    act=_appeal,
)
CONTACT = Verb(
    name="contact",
    says="Record earlier contact",
    does="Support was written to before the claim was filed: that moment counts for the 24 hours.",
    act=_contact(decide_again=False),
    wants_instant=True,
)
LATE_CONTACT = Verb(
    name="late_contact",
    says="Record earlier contact and decide again",
    does=CONTACT.does,
    act=_contact(decide_again=True),
    wants_instant=True,
)
NO_GROUND = Verb(
    name="reject", says="Decline: no ground", does="The customer is told, with the clause.", act=_reject, tone="danger"
)
TWIN = (
    Verb(
        name="confirm",
        says="Approve: it is a twin",
        does="Ends the newer subscription without proration and refunds its charge.",
        act=_confirm,
        tone="strong",
    ),
    Verb(name="reject", says="Reject: two separate ones", does="Declines the claim (2.2).", act=_reject, tone="danger"),
)
FAILURE = (
    Verb(
        name="confirm",
        says="Confirm: our failure",
        does="The remedies come in order: run it again, credit the account, review.",
        act=_confirm,
        tone="strong",
    ),
    Verb(name="reject", says="Reject: no fault of ours", does="Declines the claim.", act=_reject, tone="danger"),
)
REPROCESS = (
    Verb(
        name="done",
        says="It was run again",
        does="Closes the claim as made good.",
        act=_done(Remedy.REPROCESS),
        tone="strong",
    ),
    Verb(
        name="impossible",
        says="It cannot be run again",
        does="Account credit comes next.",
        act=_impossible(Remedy.REPROCESS),
    ),
)
CREDIT = (
    Verb(
        name="done",
        says="The credit is booked",
        does="Closes the claim as made good; name the balance transaction.",
        act=_done(Remedy.ACCOUNT_CREDIT),
        tone="strong",
    ),
    Verb(
        name="impossible",
        says="A credit does not help",
        does="A person decides what does.",
        act=_impossible(Remedy.ACCOUNT_CREDIT),
    ),
)
REVIEW = (
    Verb(
        name="done",
        says="It is made good",
        does="Closes the claim; say how.",
        act=_done(Remedy.OPERATOR_REVIEW),
        tone="strong",
    ),
)
DUE: dict[str, tuple[Verb, ...]] = {
    R.TWIN_NEEDS_APPROVAL: TWIN,
    R.FAILURE_TO_BE_VERIFIED: FAILURE,
    R.FAILURE_TO_REPROCESS: REPROCESS,
    R.FAILURE_TO_CREDIT: CREDIT,
    R.FAILURE_TO_REVIEW: REVIEW,
}
