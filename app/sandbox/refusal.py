"""Refusals in Stripe's error format; each constructor is one thing that Stripe refuses."""

from typing import Any

from app.sandbox.state.plain import Json


class Refusal(Exception):
    """The answer is an error; nothing of the request has taken effect unless it says so."""

    def __init__(self, status: int, message: str, /, *, type_: str = "invalid_request_error", **fields: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error: Json = {"type": type_, "message": message}
        self.error |= {key: value for key, value in fields.items() if value is not None}
        code = self.error.get("code")
        if code is not None:
            self.error["doc_url"] = f"https://stripe.com/docs/error-codes/{str(code).replace('_', '-')}"


class ImpossibleParameter(Refusal):
    """Found while reading the parameters: the endpoint has not begun, so no idempotent result is kept."""


def invalid(message: str, *, param: str | None = None, code: str | None = None) -> Refusal:
    return Refusal(400, message, param=param, code=code)


def no_such(kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Refusal:
    """404 for the object that the path names, 400 for one that a parameter names."""
    return Refusal(status, f"No such {kind}: '{object_id}'", param=param, code="resource_missing")


def not_imitated(what: str, *, param: str | None = None) -> Refusal:
    """Stripe would take this; the imitation cannot, and says so rather than pretending."""
    return Refusal(400, f"The sandbox does not imitate {what}.", param=param, code="sandbox_not_imitated")


def card_declined(decline: str, **fields: Any) -> Refusal:
    return Refusal(
        402,
        "Your card was declined.",
        type_="card_error",
        code="card_declined",
        decline_code=decline,
        **fields,
    )
