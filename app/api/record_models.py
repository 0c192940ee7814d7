"""The bodies of what the host records: deliveries, and the standing of its users."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from app.api.models import Instant, without_nul
from app.billing.deliveries import DeliveryStatus
from app.policy.cancellation_steps import CancelResult
from app.policy.standing import Standing


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies beyond the years 1 to 9999 in UTC") from None


When = Annotated[AwareDatetime, AfterValidator(_in_utc)]
Name = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(without_nul)]
Words = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(without_nul)]


class StandingRequest(BaseModel):
    """`annul` says that taking the standing away was a mistake: nothing stays forfeited."""

    model_config = ConfigDict(extra="forbid")

    standing: Standing
    reason: Words
    actor: Name
    annul: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _annuls_into_good(self) -> "StandingRequest":
        if self.annul and self.standing is not Standing.GOOD:
            raise ValueError("annul goes with the standing “good” only")
        return self


class SubscriptionToldOf(BaseModel):
    """What became of it at Stripe; `recorded` is repeated until Stripe has it."""

    subscription: str
    outcome: CancelResult


class StandingAnswer(BaseModel):
    """The newest decision, null where none was ever made; `annuls` names the decision that was a mistake."""

    uid: str
    standing: Standing
    decision: str | None
    reason: str | None
    actor: str | None
    annuls: str | None
    decided_at: Instant | None
    subscriptions: list[SubscriptionToldOf]


class DeliveryRequest(BaseModel):
    """Whether a task of an order succeeded or failed, and when."""

    model_config = ConfigDict(extra="forbid")

    uid: Name
    order: Name
    status: DeliveryStatus
    occurred_at: When
    detail: Words | None = None


class DeliveryAnswer(BaseModel):
    """The record as it stands: the first one of its order and status."""

    uid: str
    order: str
    status: DeliveryStatus
    occurred_at: Instant
    detail: str | None
    recorded_at: Instant
