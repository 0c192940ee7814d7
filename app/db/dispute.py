"""A payer's complaint at the bank."""

from typing import ClassVar

from sqlalchemy import select

from app.db.engine import Tx
from app.db.going_back import GoingBack


class Dispute(GoingBack, table=True):
    __tablename__ = "dispute"
    kind: ClassVar[str] = "dispute"


_T = Dispute.metadata.tables["dispute"]


def dispute_statuses(tx: Tx, charge: str) -> set[str | None]:
    """How each complaint about the charge stands, as far as we heard."""
    found = select(_T.c.status).where(_T.c.charge == charge, _T.c.deleted.is_(False))
    return set(tx.execute(found).scalars())
