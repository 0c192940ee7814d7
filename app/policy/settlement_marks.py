"""How our own acts are recognised at Stripe: idempotency keys and metadata of the steps that settle a duplicate."""

from datetime import timedelta

from app.policy.claim_states import SettlementStep

KEY_IS_KNOWN = timedelta(hours=23)
"""For so long a call is repeated under its key; Stripe forgets a key after 24 hours."""

STEP = "paidthrough_step"
EXTRA = "paidthrough_extra"
DUPLICATE_OF = "paidthrough_duplicate_of"
RULE = "paidthrough_rule"
INVOICE = "paidthrough_invoice"
ATTEMPT = "paidthrough_attempt"
CLAIM = "paidthrough_claim"
ACCOUNT_CREDIT = "account_credit"


def step_key(*, step: SettlementStep, extra: str, attempt: int) -> str:
    """Two claims about one charge share the key; a new attempt has a new one, since Stripe replays a stored 500."""
    if attempt < 1:
        raise ValueError("attempts are counted from 1")
    return f"paidthrough-{step}-{extra}-{attempt}"


def step_metadata(
    *, step: SettlementStep, extra: str, attempt: int, duplicate_of: str, rule: str, invoice: str | None = None
) -> dict[str, str]:
    marks = {STEP: str(step), EXTRA: extra, DUPLICATE_OF: duplicate_of, RULE: str(rule), ATTEMPT: str(attempt)}
    return marks | {INVOICE: invoice} if invoice else marks


def credit_key(claim: str, attempt: int) -> str:
    return f"paidthrough:{ACCOUNT_CREDIT}-{claim}-{attempt}"


def credit_metadata(claim: str, attempt: int) -> dict[str, str]:
    return {STEP: ACCOUNT_CREDIT, CLAIM: claim, ATTEMPT: str(attempt)}
