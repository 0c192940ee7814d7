"""A card issuer's word that a charge may be fraudulent, before any dispute."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, flag, number, text
from app.db.types import EpochSeconds


class EarlyFraudWarning(Mirrored, table=True):
    __tablename__ = "early_fraud_warning"
    kind: ClassVar[str] = "radar.early_fraud_warning"

    charge: str | None = Field(default=None, index=True)
    payment_intent: str | None = Field(default=None, index=True)
    actionable: bool = False
    fraud_type: str | None = None
    created: int | None = Field(default=None, sa_type=EpochSeconds)

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "charge": text(body, "charge"),
            "payment_intent": text(body, "payment_intent"),
            "actionable": flag(body, "actionable"),
            "fraud_type": text(body, "fraud_type"),
            "created": number(body, "created"),
        }
