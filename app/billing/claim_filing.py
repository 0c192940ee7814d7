"""Files a claim and lets it be decided at once; what is missing can come later, and the time of filing stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from app.billing import claim_deciding
from app.billing.claim_evidence import RefusedFile, Upload, add_files
from app.billing.claim_moves import MAY_GROW, note
from app.billing.claim_order_number import look_up, open_key
from app.billing.claim_words import plain_number, plain_text, plain_uid
from app.billing.context import Context
from app.db.charge_owner import OwnedCharge
from app.db.claim import Claim, ClaimRow, add_claim, claim_by_key, filed_since
from app.db.claim_journal import ClaimLine, journal
from app.db.engine import Tx
from app.db.locks import lock
from app.db.refund_decision import DecisionRow
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason
from app.policy.claim_states import ClaimState

MOST_CLAIMS_A_DAY = 20
"""Of one customer; support and our own records may file any number."""


DECIDED_BY_THEN = timedelta(minutes=2)
"""If we were stopped between the two, a job decides it."""


class FiledBy(StrEnum):
    CUSTOMER = "customer"
    SUPPORT = "support"
    DETECTOR = "detector"
    RECORDS = "records"  # our own show that something went wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class FiledClaim:
    """`is_new` is false where the same claim was open already; `decision` is None while Stripe could not be asked."""

    claim: ClaimRow
    decision: DecisionRow | None
    is_new: bool
    refused_files: tuple[RefusedFile, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """What was asked, in words that can be stored."""

    uid: str
    reason: ClaimReason
    number: str | None
    text: str
    filed_by: FiledBy
    actor: str
    filed_at: datetime
    contacted_at: datetime | None = None
    cancellation_request: str | None = None


def file_claim(
    context: Context,
    *,
    uid: str,
    reason: ClaimReason,
    order_number: str | None,
    text: str,
    filed_by: FiledBy,
    actor: str,
    contacted_at: datetime | None = None,
    evidence: Sequence[Upload] = (),
) -> FiledClaim:
    """Raises ClaimRefused for what is no claim at all; a file that is not taken does not lose the claim."""
    now = context.clock()
    if plain_uid(uid) is None:
        raise ClaimRefused("uid: a claim needs the user that it is for")
    if contacted_at is not None and (filed_by is FiledBy.CUSTOMER or contacted_at > now):
        raise ClaimRefused("contacted_at: support records when it was contacted, and not ahead of time")
    filing = Filing(
        uid=uid,
        reason=reason,
        number=plain_number(order_number),
        text=plain_text(text),
        filed_by=filed_by,
        actor=actor,
        filed_at=now,
        contacted_at=contacted_at,
    )
    return file(context, filing, evidence)


def file(context: Context, filing: Filing, evidence: Sequence[Upload] = ()) -> FiledClaim:
    """Stored first, and decided then: what happens in between loses nothing."""
    added: list[str] = []
    with context.db.write() as tx:
        claim, is_new = _record(tx, filing)
        if is_new or claim.state in MAY_GROW:
            added, refused = add_files(tx, claim, evidence, actor=filing.actor, now=filing.filed_at)
        else:
            refused = []
        if added and not is_new:
            note(tx, claim, at=filing.filed_at, actor=filing.actor, what="completed", detail={"evidence": added})
    news = is_new or added or filing.cancellation_request
    decided = claim_deciding.decide(context, claim.id) if news else claim_deciding.answer(context, claim.id)
    return FiledClaim(claim=decided.claim, decision=decided.decision, is_new=is_new, refused_files=tuple(refused))


def _record(tx: Tx, filing: Filing) -> tuple[ClaimRow, bool]:
    lock(tx, [f"claims:{filing.uid}"])
    row = _row(filing, look_up(tx, filing.uid, filing.number).charge)
    if row.open_key and (known := claim_by_key(tx, row.open_key)):
        return _linked(tx, known, filing), False
    if filing.filed_by is FiledBy.CUSTOMER and _todays(tx, filing) >= MOST_CLAIMS_A_DAY:
        raise ClaimRefused("These are too many claims for one day; please write to support.")
    claim = add_claim(tx, row)
    if claim is None:
        raise ClaimRefused("This was claimed already.")
    _journal(tx, claim, filing)
    return claim, True


def _linked(tx: Tx, claim: ClaimRow, filing: Filing) -> ClaimRow:
    """What our records know joins the claim that the customer filed already."""
    request = filing.cancellation_request
    if request is None or claim.cancellation_request is not None:
        return claim
    linked = note(
        tx,
        claim,
        at=filing.filed_at,
        actor=filing.actor,
        what="linked",
        detail={"cancellation_request": request},
        cancellation_request=request,
    )
    return linked or claim


def _todays(tx: Tx, filing: Filing) -> int:
    return filed_since(tx, filing.uid, filed_by=filing.filed_by, since=filing.filed_at - timedelta(days=1))


def _journal(tx: Tx, claim: ClaimRow, filing: Filing) -> None:
    told = {
        "filed_by": filing.filed_by,
        "reason": filing.reason,
        "order_number": filing.number,
        "contacted_at": filing.contacted_at,
        "cancellation_request": filing.cancellation_request,
    }
    line = ClaimLine(
        at=filing.filed_at,
        what="filed",
        from_state=None,
        to_state=claim.state,
        actor=filing.actor,
        detail={name: value for name, value in told.items() if value is not None},
    )
    journal(tx, claim.id, line)


def _row(filing: Filing, charge: OwnedCharge | None) -> Claim:
    return Claim(
        id=f"claim_{uuid4().hex}",
        uid=filing.uid,
        reason=filing.reason,
        order_number=filing.number,
        text=filing.text,
        filed_by=filing.filed_by,
        actor=filing.actor,
        filed_at=filing.filed_at,
        contacted_at=filing.contacted_at,
        named_at=filing.filed_at if filing.number else None,
        charge=charge.charge if charge else None,
        subscription=charge.subscription if charge else None,
        cancellation_request=filing.cancellation_request,
        state=ClaimState.FILED,
        open_key=open_key(filing.uid, filing.reason, filing.number, charge),
        look_at=filing.filed_at + DECIDED_BY_THEN,
    )
