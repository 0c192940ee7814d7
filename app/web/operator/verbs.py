"""What an operator can do about a claim as it stands: wherever it waits for a person, there is something."""

from collections.abc import Mapping
from dataclasses import replace

from app.billing import claim_operating
from app.billing.claim_deciding import Answer
from app.billing.claim_dossier import Dossier
from app.billing.claim_freeze import REFUND_LIVES
from app.billing.claim_payments import EXTRA
from app.billing.context import Context
from app.errors import ClaimRefused
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason
from app.web.money import money
from app.web.operator.verb import Act, Order, Verb, plainly
from app.web.operator.verbs_failure import CREDIT, FAILURE, REPROCESS, REVIEW, confirm, reject
from app.web.operator.verbs_held_up import CLOSE, LIFT, LOOK, MADE_GOOD, PAID_OTHERWISE, RETRY, STANDS

R, S = DecisionReason, ClaimState


def verbs_for(dossier: Dossier) -> tuple[Verb, ...]:
    amount = _amount(dossier)
    return tuple(replace(verb, does=verb.does.replace("{amount}", amount)) for verb in _possible(dossier))


def _possible(dossier: Dossier) -> tuple[Verb, ...]:
    state, decision, settlement = dossier.view.claim.state, dossier.view.decision, dossier.settlement
    if state == S.REFERRED:
        return (*DUE.get(decision.reason if decision else "", (NO_GROUND, LOOK)), CONTACT)
    if state == S.FROZEN:
        return (STANDS,) if settlement is not None and settlement.state in REFUND_LIVES else (LIFT, CLOSE)
    return BY_STATE.get(state, ())


def _amount(dossier: Dossier) -> str:
    """What would go back, as far as that is known."""
    if settled := dossier.settlement:
        return money(settled.amount, settled.currency)
    extra = next((each for each in dossier.payments if each.role == EXTRA), None)
    if extra is not None:
        return money(extra.amount, extra.currency)
    charge = dossier.view.charge
    return money(charge.amount, charge.currency or "") if charge else "the money"


def _appeal(context: Context, order: Order) -> Answer:
    return claim_operating.appeal(context, order.claim, actor=order.operator, why=order.why, version=order.version)


def _contact(*, decide_again: bool) -> Act:
    def ordered(context: Context, order: Order) -> Answer:
        if order.contacted_at is None:
            raise ClaimRefused("Say when support was contacted: the date and the time, in UTC.")
        return plainly(claim_operating.record_contact, order.contacted_at, decide_again=decide_again)(context, order)

    return ordered


APPEAL = Verb(
    name="appeal",
    says="Decide again",
    does="Makes a new decision by what is known now, and may refund a proven duplicate; the old one stays on record.",
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
    name="reject", says="Decline: no ground", does="The customer is told, with the clause.", act=reject, tone="danger"
)
TWIN = (
    Verb(
        name="confirm",
        says="Approve: it is a twin",
        does="Ends the newer subscription at once, without proration, and refunds its charge of {amount} to the card.",
        act=confirm,
        tone="strong",
    ),
    Verb(
        name="reject",
        says="Reject: two separate ones",
        does="Declines the claim (2.2). Both subscriptions go on.",
        act=reject,
        tone="danger",
    ),
)
HELD_UP = (RETRY, PAID_OTHERWISE)
DOUBTFUL = (NO_GROUND, LOOK, MADE_GOOD)
DUE: Mapping[str, tuple[Verb, ...]] = {
    R.TWIN_NEEDS_APPROVAL: TWIN,
    R.DUPLICATE_VERIFIED: HELD_UP,
    R.TWIN_APPROVED: HELD_UP,
    R.DUPLICATE_APPEALED: DOUBTFUL,
    R.DUPLICATE_SUSPECTED: DOUBTFUL,
    R.NO_SECOND_PAYMENT: DOUBTFUL,
    R.TO_BE_READ: (NO_GROUND, MADE_GOOD),
    R.FAILURE_TO_BE_VERIFIED: FAILURE,
    R.FAILURE_TO_REPROCESS: REPROCESS,
    R.FAILURE_TO_CREDIT: CREDIT,
    R.FAILURE_TO_REVIEW: REVIEW,
}
BY_STATE: Mapping[str, tuple[Verb, ...]] = {
    S.FILED: (LOOK, CONTACT),
    S.WAITING: (LOOK, CONTACT),
    S.NEEDS_INFORMATION: (CONTACT,),
    S.REOPENED: HELD_UP[:1],
    S.DECLINED: (APPEAL, LATE_CONTACT),
}
