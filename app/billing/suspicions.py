"""Payments that look doubled and are not claimed: listed for operators until one of them has looked."""

from collections.abc import Sequence

from app.billing.context import Context
from app.billing.detector_finding import Found
from app.db import charge_pair
from app.db.charge_pair import Suspected

LISTED = (Found.SUSPECTED, Found.VERIFIED)
"""What is verified and not claimed is paid by nobody whom we know, or by somebody who is not in good standing."""


def suspicions(context: Context, *, limit: int = 200) -> Sequence[Suspected]:
    """The oldest first."""
    with context.db.read() as tx:
        return charge_pair.suspected(tx, LISTED, limit=limit)


def dismiss_suspicion(context: Context, charge: str, *, operator: str, note: str) -> bool:
    """An operator looked and found two payments; whether it was listed. A new finding is listed again."""
    with context.db.write() as tx:
        return charge_pair.dismiss(tx, later=charge, found=LISTED, by=operator, note=note, now=context.clock())
