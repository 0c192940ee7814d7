"""Questions that machines ask about this process: is it up, is it ready, what did it count."""

from collections.abc import Iterator

import orjson
from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.billing.context import Context
from app.db import schema
from app.db.engine import DatabaseError
from app.metrics import exposition


def blueprint(context: Context) -> Blueprint:
    probes = Blueprint("probes", __name__)

    @probes.get("/healthz")
    def healthz() -> Response:
        return _json({"alive": True}, 200)

    @probes.get("/readyz")
    def readyz() -> Response:
        missing = list(_missing(context))
        return _json({"ready": not missing, "missing": missing}, 503 if missing else 200)

    @probes.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(), content_type=CONTENT_TYPE_LATEST)

    return probes


def _missing(context: Context) -> Iterator[str]:
    try:
        if not schema.is_current(context.db):
            yield "migrations"
    except DatabaseError:
        yield "database"
    if not any(secret.get_secret_value() for secret in context.settings.stripe_webhook_secrets):
        yield "webhook secret"


def _json(body: dict[str, object], status: int) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json")
