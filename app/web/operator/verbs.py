"""What an operator can do about a claim as it stands; whatever is done is on record with a reason and a name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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
    """`contacted_at` only goes with an earlier contact."""

    claim: str
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


def _confirm(context: Context, order: Order) -> Answer:
    return claim_operating.confirm(context, order.claim, operator=order.operator, why=order.why)


def _reject(context: Context, order: Order) -> Answer:
    return claim_operating.reject(context, order.claim, operator=order.operator, why=order.why)


def _appeal(context: Context, order: Order) -> Answer:
    return claim_operating.appeal(context, order.claim, actor=order.operator, why=order.why)


def _contact(context: Context, order: Order) -> Answer:
    if order.contacted_at is None:
        raise ClaimRefused("Say when support was contacted.")
    return claim_operating.record_contact(
        context, order.claim, order.contacted_at, operator=order.operator, why=order.why
    )


def _late_contact(context: Context, order: Order) -> Answer:
    _contact(context, order)
    return _appeal(context, order)


def _done(remedy: Remedy) -> Callable[[Context, Order], Answer]:
    def act(context: Context, order: Order) -> Answer:
        return claim_operating.remedied(context, order.claim, remedy, operator=order.operator, why=order.why)

    return act


def _impossible(remedy: Remedy) -> Callable[[Context, Order], Answer]:
    def act(context: Context, order: Order) -> Answer:
        return claim_operating.rule_out(context, order.claim, remedy, operator=order.operator, why=order.why)

    return act


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
    act=_contact,
    wants_instant=True,
)
LATE_CONTACT = Verb(
    name="late_contact",
    says="Record earlier contact and decide again",
    does=CONTACT.does,
    act=_late_contact,
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
