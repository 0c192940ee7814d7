"""Errors as JSON: `{"error": {"type", "message"}}`."""

import orjson
from flask import Response

TYPES = {
    400: "invalid_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    503: "unavailable",
}


def failure(status: int, kind: str | None = None, message: str = "") -> Response:
    error = {"type": kind or TYPES.get(status, "error"), "message": message}
    return Response(orjson.dumps({"error": error}), status, mimetype="application/json")
