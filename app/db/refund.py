"""Money on its way back."""

from typing import ClassVar

from app.db.going_back import GoingBack


class Refund(GoingBack, table=True):
    __tablename__ = "refund"
    kind: ClassVar[str] = "refund"
