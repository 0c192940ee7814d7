"""What a customer reads about a claim: where it stands and what happened, without our own words for it."""

from dataclasses import dataclass

from app.billing.claim_view import ClaimView
from app.db.claim_journal import ClaimLine
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.refund_outcome import DecisionReason, Outcome
from app.web.money import money

S = ClaimState


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """`sentence` stands beside the answer; empty where the answer says it all."""

    badge: str
    tone: str
    sentence: str = ""


UNKNOWN = ClaimStatus("In progress", "quiet", "We are working on this claim.")
STATUSES: dict[str, ClaimStatus] = {
    S.FILED: ClaimStatus(
        "Received", "quiet", "We have your claim, and the time at which you filed it counts. The answer appears here."
    ),
    S.NEEDS_INFORMATION: ClaimStatus("Details needed", "notice"),
    S.WAITING: ClaimStatus("Waiting for the payment", "quiet"),
    S.REFERRED: ClaimStatus("One of us is looking", "notice"),
    S.APPROVED: ClaimStatus("Refund on its way", "good", "Your bank shows the refund within five to ten days."),
    S.SETTLING: ClaimStatus("Refund on its way", "good", "Your bank shows the refund within five to ten days."),
    S.FROZEN: ClaimStatus("On hold", "notice", "Your bank is looking at this charge. We wait for what it decides."),
    S.REOPENED: ClaimStatus("Being looked at again", "notice", "We are reading the payments once more."),
    S.REFUNDED: ClaimStatus("Refunded", "good", "The refund is made. Your bank shows it within five to ten days."),
    S.COVERED: ClaimStatus("Refunded", "good", "This charge is refunded by another claim of yours."),
    S.CREDITING: ClaimStatus("Credit on its way", "good"),
    S.DECLINED: ClaimStatus("Declined", "quiet"),
    S.REMEDIED: ClaimStatus("Made good", "good", "What we promised is done."),
    S.WITHDRAWN: ClaimStatus("Taken back", "quiet", "You took this claim back."),
}

FILED = {
    "customer": "You filed this claim.",
    "support": "Support filed this claim for you.",
    "detector": "We noticed this ourselves and filed the claim for you.",
    "records": "Our records showed this, and we filed the claim for you.",
}
DECIDED: dict[str, str] = {
    S.NEEDS_INFORMATION: "We asked for what is missing.",
    S.WAITING: "The payment was still being processed.",
    S.REFERRED: "We passed it on to one of us.",
    S.APPROVED: "We approved it.",
    S.DECLINED: "We declined it.",
}
REMEDIES: dict[object, str] = {
    DecisionReason.FAILURE_TO_REPROCESS: "It failed on our side. We run it again.",
    DecisionReason.FAILURE_TO_CREDIT: "It cannot be run again. We credit your account.",
    DecisionReason.FAILURE_TO_REVIEW: "A credit does not make it good. One of us decides what does.",
}
LED_TO: dict[tuple[str, str], str] = {
    ("settlement_stopped", S.REOPENED): "The refund did not go through.",
    ("settlement_stopped", S.FROZEN): "Your bank began to look at the charge.",
    ("no_longer_covered", S.REOPENED): "The refund by your other claim did not go through.",
}
HAPPENED = {
    "completed": "You added details.",
    "linked": "We found your cancellation on record.",
    "found": "One of us looked at it.",
    "contact_recorded": "We noted that you had written to us earlier.",
    "appealed": "It is looked at once more.",
    "remedied": "We made it good.",
    "credit_ordered": "We decided on a credit to your account.",
    "credit_refused": "The credit could not be made yet. One of us is looking.",
    "made_good": "We made it good.",
    "freeze_lifted": "The hold is over.",
    "looked_at_again": "One of us looked at it once more.",
    "left_to_the_bank": "Your bank settles it.",
    "withdrawn": "You took it back.",
    "settling_began": "We began the refund.",
    "settling": "We began the refund.",
    "refunded": "The refund went out.",
    "disputed_or_warned_of": "Your bank began to look at the charge.",
    "already_refunded_by_another_claim": "The charge is refunded by another claim of yours.",
}


HELD_UP = ClaimStatus(
    "Refund held up",
    "notice",
    "The refund could not be made yet. One of us is looking at it, and you need not do anything.",
)


def claim_status(view: ClaimView) -> ClaimStatus:
    approved = view.decision is not None and view.decision.outcome == Outcome.APPROVED
    if view.claim.state == S.REFERRED and approved:
        return HELD_UP
    return STATUSES.get(view.claim.state, UNKNOWN)


def told(line: ClaimLine) -> str:
    """A line of the journal; one that we have no words for tells the state that it led to."""
    if line.what == "filed":
        return FILED.get(str(line.detail.get("filed_by")), FILED["customer"])
    if line.what == "credited":
        return f"We credited {money(int(str(line.detail['amount'])), str(line.detail['currency']))} to your account."
    if line.what == "decided":
        words = REMEDIES.get(line.detail.get("reason")) or DECIDED.get(line.to_state)
    else:
        words = LED_TO.get((line.what, line.to_state)) or HAPPENED.get(line.what)
    return words or f"{STATUSES.get(line.to_state, UNKNOWN).badge}."


def reason_label(reason: str) -> str:
    return ClaimReason(reason).label if reason in set(ClaimReason) else "Something else"
