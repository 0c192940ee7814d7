"""The gap sweep as a person runs it: to the end of Stripe's list, and told if it does not get there."""

from app.billing import gap_sweep
from app.billing.context import Context
from app.billing.gap_sweep import NAME, PACE, GapReport, Tell
from app.billing.pace import Pace
from app.db import sweep_cursor
from app.errors import PaidthroughError, StripeUnavailable


def sweep(context: Context, *, tell: Tell, pace: Pace = PACE) -> GapReport:
    """Walk until the end; what was taken on the way stays, and the next walk goes on from there.

    Raises:
        PaidthroughError: another process walks, or Stripe could not be asked.
    """
    began_at, total = context.clock(), GapReport()
    while True:
        report = gap_sweep.run(context, pace=pace, tell=tell, somebody_waits=True)
        total = GapReport(
            read=total.read + report.read, missing=total.missing + report.missing, failed=total.failed + report.failed
        )
        with context.db.read() as tx:
            reached_at = sweep_cursor.reached_at(tx, NAME)
            busy = sweep_cursor.is_held(tx, NAME, now=context.clock())
        if reached_at is not None and reached_at >= began_at:
            return total
        if busy:
            raise PaidthroughError("Another process is reading Stripe's list of events just now.")
        if not report.read:
            raise StripeUnavailable("Stripe's list of events could not be read to its end. Run it again later.")
