"""The OpenAPI document, made once from the routes that the app really has."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import orjson
from flask import Flask
from pydantic import BaseModel
from spectree import Response, SecurityScheme, SpecTree, Tag
from spectree.models import SecureType, SecuritySchemeData

from app.api.claim_models import ClaimAnswer, ClaimRequest
from app.api.models import (
    AccessAnswer,
    AccountSessionCreated,
    AccountSessionRequest,
    ErrorAnswer,
    StripeEvent,
    StripeHeaders,
    WebhookReceived,
)
from app.api.record_models import DeliveryAnswer, DeliveryRequest, StandingAnswer, StandingRequest

View = Callable[..., Any]
Describe = Callable[[SpecTree, View], View]


def document(app: Flask) -> bytes:
    """Descriptions are put on a copy of the routes: serving a request pays nothing for them."""
    spec, described = _spec(), Flask("described")
    for rule in app.url_map.iter_rules():
        describe = OPERATIONS.get(rule.endpoint)
        if describe is not None:
            view = describe(spec, app.view_functions[rule.endpoint])
            path = rule.rule.replace("<uid:", "<path:")
            described.add_url_rule(path, rule.endpoint, view, methods=sorted(rule.methods or ()))
    with described.app_context():
        return orjson.dumps(spec.spec)


def _for_host(operation_id: str, answers: Mapping[str, type[BaseModel]], **more: Any) -> Describe:
    def describe(spec: SpecTree, view: View) -> View:
        described: View = spec.validate(
            resp=Response(**answers),
            tags=[HOST],
            security=KEY_REQUIRED,
            operation_id=operation_id,
            validation_error_status=400,
            **more,
        )(view)
        return described

    return describe


def _webhook(spec: SpecTree, view: View) -> View:
    described: View = spec.validate(
        json=StripeEvent,
        headers=StripeHeaders,
        resp=Response(HTTP_200=WebhookReceived, HTTP_400=ErrorAnswer, HTTP_413=ErrorAnswer, HTTP_503=ErrorAnswer),
        tags=[STRIPE],
        security=[],
        operation_id="receiveStripeEvent",
        validation_error_status=400,
    )(view)
    described.__doc__ = (
        "Take an event.\n\n200 once it is stored and applied; Stripe sends it again after anything else."
    )
    return described


def _spec() -> SpecTree:
    return SpecTree(
        "flask",
        title="Paidthrough",
        version=version("paidthrough"),
        mode="strict",
        annotations=False,
        validation_error_model=ErrorAnswer,
        validation_error_status=400,
        naming_strategy=lambda model: model.__name__,
        nested_naming_strategy=lambda _parent, child: child,
        security_schemes=[
            SecurityScheme(name="key", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
        ],
    )


UID = "Your own id of the user; encode what is not plain, also a slash."
CLAIM = "The claim's id, as it was given when it was filed."
REFUSALS: Mapping[str, type[BaseModel]] = {"HTTP_400": ErrorAnswer, "HTTP_401": ErrorAnswer, "HTTP_503": ErrorAnswer}
UNKNOWN: Mapping[str, type[BaseModel]] = {"HTTP_401": ErrorAnswer, "HTTP_404": ErrorAnswer, "HTTP_503": ErrorAnswer}
HOST = Tag(name="host", description="For your application.")
STRIPE = Tag(name="stripe", description="For Stripe.")
KEY_REQUIRED: dict[str, list[str]] = {"key": []}
OPERATIONS: dict[str, Describe] = {
    "api.access": _for_host(
        "getAccess", {"HTTP_200": AccessAnswer, **REFUSALS}, path_parameter_descriptions={"uid": UID}
    ),
    "api.account_sessions": _for_host(
        "createAccountSession", {"HTTP_201": AccountSessionCreated, **REFUSALS}, json=AccountSessionRequest
    ),
    "api.claim": _for_host(
        "getClaim", {"HTTP_200": ClaimAnswer, **UNKNOWN}, path_parameter_descriptions={"claim": CLAIM}
    ),
    "api.claims": _for_host(
        "fileClaim",
        {"HTTP_200": ClaimAnswer, "HTTP_201": ClaimAnswer, "HTTP_413": ErrorAnswer, **REFUSALS},
        json=ClaimRequest,
    ),
    "api.deliveries": _for_host(
        "recordDelivery",
        {"HTTP_200": DeliveryAnswer, "HTTP_201": DeliveryAnswer, "HTTP_409": ErrorAnswer, **REFUSALS},
        json=DeliveryRequest,
    ),
    "api.standing": _for_host(
        "decideStanding",
        {"HTTP_200": StandingAnswer, "HTTP_409": ErrorAnswer, **REFUSALS},
        json=StandingRequest,
        path_parameter_descriptions={"uid": UID},
    ),
    "webhooks.receive": _webhook,
}
