"""A hosted sign-up; it names the user when nothing else does."""

from typing import ClassVar

from sqlmodel import Field

from app.db.mirrored import Body, Columns, MetadataKeys, Mirrored, text


class CheckoutSession(Mirrored, table=True):
    __tablename__ = "checkout_session"
    kind: ClassVar[str] = "checkout.session"

    uid: str | None = Field(default=None, index=True)
    customer: str | None = None
    subscription: str | None = Field(default=None, index=True)
    payment_intent: str | None = None
    status: str | None = None
    payment_status: str | None = None

    @classmethod
    def columns(cls, body: Body, keys: MetadataKeys) -> Columns:
        return {
            "uid": text(body, "client_reference_id"),
            "customer": text(body, "customer"),
            "subscription": text(body, "subscription"),
            "payment_intent": text(body, "payment_intent"),
            "status": text(body, "status"),
            "payment_status": text(body, "payment_status"),
        }
