"""The bodies of the API, for checking requests and for the OpenAPI document."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.policy.access import Reason

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-12-23T06:00:00Z"])]


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or any(character <= " " for character in value):
        raise ValueError("must be an http or https address")
    return value


def without_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError("must not contain a NUL character")
    return value


class AccountSessionRequest(BaseModel):
    """Whose account page the link opens, and where its “Back” leads."""

    model_config = ConfigDict(strict=True, extra="forbid")

    uid: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(without_nul)]
    return_url: Annotated[
        str, Field(max_length=2000, json_schema_extra={"format": "uri"}), AfterValidator(_web_address)
    ]


class AccountSessionCreated(BaseModel):
    """A link that works once, until `expires_at`."""

    url: str
    expires_at: Instant


class ProductAnswer(BaseModel):
    """Access to one product; `paid_through` is how far its time is paid."""

    product: str
    product_name: str | None
    price: str
    lookup_key: str | None
    subscription: str
    entitled: bool
    until: Instant | None
    paid_through: Instant | None
    renews_at: Instant | None
    reason: Reason


class AccessAnswer(BaseModel):
    """The best of the products. `until` is when `entitled` flips if nothing changes, for what has ended when it ended;
    null where there never was access. Intervals are half-open: `now < until`."""

    uid: str
    entitled: bool
    until: Instant | None
    reason: Reason
    products: list[ProductAnswer]
    as_of: Instant


class ErrorDetail(BaseModel):
    type: str
    message: str


class ErrorAnswer(BaseModel):
    """What every refusal looks like."""

    error: ErrorDetail


class StripeEvent(BaseModel):
    """A snapshot event, as Stripe sends it."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["event"]
    type: str
    created: int
    data: dict[str, Any]


class StripeHeaders(BaseModel):
    signature: Annotated[str, Field(alias="Stripe-Signature", description="Time and HMAC of the body.")]


class WebhookReceived(BaseModel):
    """The event is stored and applied."""

    received: Literal[True]
