"""A payer's complaint at the bank."""

from typing import ClassVar

from app.db.going_back import GoingBack


class Dispute(GoingBack, table=True):
    __tablename__ = "dispute"
    kind: ClassVar[str] = "dispute"
