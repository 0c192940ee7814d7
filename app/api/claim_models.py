"""The bodies of refund claims: what support files for a customer, and what a claim was answered."""

from base64 import b64decode
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.api.models import Instant, without_nul
from app.api.record_models import Name, When
from app.billing.claim_evidence import FileRefusal
from app.billing.claim_filing import FiledBy
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState
from app.policy.clauses import Clause
from app.policy.duplicate_verdict import Disproof
from app.policy.refund_outcome import DecisionReason, Detail, Outcome, Remedy


def _from_base64(value: object) -> bytes:
    try:
        return b64decode(value if isinstance(value, str) else "%", validate=True)
    except ValueError:
        raise ValueError("must be Base64") from None


Words = Annotated[str, Field(max_length=5000), AfterValidator(without_nul)]
Number = Annotated[str, Field(max_length=200), AfterValidator(without_nul)]


Base64 = Annotated[bytes, BeforeValidator(_from_base64), Field(json_schema_extra={"format": "byte"})]


class EvidenceRequest(BaseModel):
    """A PNG, JPEG or WebP picture or a PDF of at most 5 MB, in Base64; what it is, its content tells."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    content: Base64


class ClaimRequest(BaseModel):
    """A claim that support files on a customer's behalf. `order_number` may be an invoice's number or id, a payment's
    or charge's id, your own order id or a receipt's number; `contacted_at` is when the customer wrote, if earlier."""

    model_config = ConfigDict(extra="forbid")

    uid: Name
    reason: ClaimReason
    actor: Name
    order_number: Number | None = None
    text: Words = ""
    contacted_at: When | None = None
    evidence: Annotated[list[EvidenceRequest], Field(max_length=5)] = []


class DecisionAnswer(BaseModel):
    """A decision never changes; a later one may name it in `answers`. `facts` are those that it follows from."""

    id: str
    number: int
    outcome: Outcome
    clause: Clause
    reason: DecisionReason
    disproof: Disproof | None
    missing: list[Detail]
    remedy: Remedy | None
    sentence: str
    policy_version: str
    decided_at: Instant
    decided_by: str
    answers: str | None
    facts: dict[str, Any]


class EvidenceAnswer(BaseModel):
    """`also_in` are other claims that came with the very same file."""

    id: str
    name: str
    content_type: str
    size: int
    sha256: str
    added_at: Instant
    also_in: list[str]


class RefusedFileAnswer(BaseModel):
    name: str
    why: FileRefusal
    sentence: str


class ClaimAnswer(BaseModel):
    """`decision` is the one that counts, null while Stripe could not be asked. `deadline` is the last moment that was
    in time, `complete_by` the last at which missing details count, `can_cancel` a subscription to end instead."""

    id: str
    uid: str
    state: ClaimState
    reason: ClaimReason
    order_number: str | None
    charge: str | None
    text: str
    filed_by: FiledBy
    actor: str
    filed_at: Instant
    contacted_at: Instant | None
    deadline: Instant | None
    complete_by: Instant | None
    can_cancel: str | None
    decision: DecisionAnswer | None
    decisions: list[DecisionAnswer]
    evidence: list[EvidenceAnswer]
    refused_files: list[RefusedFileAnswer]
