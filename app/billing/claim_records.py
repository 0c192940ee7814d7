"""Claims that our own records file: a cancellation came in time, and the renewal was charged all the same."""

from app.billing.claim_filing import FiledBy, Filing, file
from app.billing.context import Context
from app.db.late_cancellation import LateCancellation, unclaimed
from app.errors import ClaimRefused
from app.logs import log
from app.policy.claim_reasons import ClaimReason

BY = "paidthrough"


def claim_late_cancellations(context: Context, *, limit: int = 50) -> int:
    """Returns how many claims were filed. Nobody need ask for what we know ourselves."""
    with context.db.read() as tx:
        late = unclaimed(tx, limit=limit)
    return sum(_file(context, each) for each in late)


def _file(context: Context, late: LateCancellation) -> bool:
    """Filed when we learned of it, and asked for when the customer canceled."""
    filing = Filing(
        uid=late.uid,
        reason=ClaimReason.CANCELED_IN_TIME,
        number=late.invoice,
        text="",
        filed_by=FiledBy.RECORDS,
        actor=BY,
        filed_at=late.finished_at,
        contacted_at=late.requested_at,
        cancellation_request=late.request,
    )
    try:
        file(context, filing)
    except ClaimRefused as refused:  # another process was faster
        log.info("claim_not_filed", request=late.request, why=str(refused))
        return False
    return True
