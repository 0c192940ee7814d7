"""What can be done about a failure of ours: verify it, then the remedies in the policy's order."""

from app.billing import claim_crediting, claim_operating
from app.billing.claim_deciding import Answer
from app.billing.context import Context
from app.errors import ClaimRefused
from app.policy.refund_outcome import Remedy
from app.web.operator.verb import Act, Order, Verb, plainly


def _done(remedy: Remedy) -> Act:
    return plainly(claim_operating.remedied, remedy)


def _credit(context: Context, order: Order) -> Answer:
    if order.amount is None:
        raise ClaimRefused("Say how much: a whole number in the currency's smallest unit, 900 for $9.00.")
    return plainly(claim_crediting.credit, order.amount)(context, order)


def _impossible(remedy: Remedy) -> Act:
    return plainly(claim_operating.rule_out, remedy)


confirm, reject = plainly(claim_operating.confirm), plainly(claim_operating.reject)

FAILURE = (
    Verb(
        name="confirm",
        says="Confirm: our failure",
        does="The remedies come in order: run it again, credit the account, review.",
        act=confirm,
        tone="strong",
    ),
    Verb(name="reject", says="Reject: no fault of ours", does="Declines the claim.", act=reject, tone="danger"),
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
        name="credit",
        says="Credit the account",
        does=(
            "Books a credit on the customer's balance at Stripe, at most {amount}. It is used for the next invoice and "
            "never paid out; the claim is then closed as made good, and the customer is told the amount."
        ),
        act=_credit,
        tone="strong",
        wants_amount=True,
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
