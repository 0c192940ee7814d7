"""What can be done about a failure of ours: verify it, then the remedies in the policy's order."""

from app.billing import claim_operating
from app.policy.refund_outcome import Remedy
from app.web.operator.verb import Act, Verb, plainly


def _done(remedy: Remedy) -> Act:
    return plainly(claim_operating.remedied, remedy)


def _impossible(remedy: Remedy) -> Act:
    return plainly(claim_operating.rule_out, remedy)


_confirm, _reject = plainly(claim_operating.confirm), plainly(claim_operating.reject)

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
