"""The web application: every door on one Flask app."""

from datetime import timedelta

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from app.api import door as api
from app.api import probes
from app.api.failures import failure
from app.billing.context import Context
from app.db.engine import DatabaseError
from app.errors import NotStored
from app.logs import log
from app.metrics import timed
from app.web import door as web
from app.web.cookies import PageSessions
from app.web.failures import page
from app.web.headers import harden
from app.web.operator import door as operator
from app.web.session import CONTEXT
from app.web.uploads import PageRequest
from webhooks import endpoint as webhooks

LARGEST_BODY = 1024 * 1024
FOR_MACHINES = ("/v1/", "/webhooks/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
NOT_TIMED = frozenset({"web.static", "probes.healthz", "probes.metrics"})


def create_app(context: Context) -> Flask:
    app = Flask("paidthrough", static_folder=None)
    app.extensions[CONTEXT] = context
    app.request_class = PageRequest
    app.session_interface = PageSessions(without=FOR_MACHINES)
    app.url_map.merge_slashes = False  # a uid may hold two in a row
    _configure(app, context)
    for door in (webhooks, api, probes, web, operator):
        app.register_blueprint(door.blueprint(context))
    _answer_errors(app, https=_is_https(context))
    for endpoint, view in app.view_functions.items():
        if endpoint not in NOT_TIMED:
            app.view_functions[endpoint] = timed(endpoint, view)  # type: ignore[assignment]
    return app


def _configure(app: Flask, context: Context) -> None:
    app.config.update(
        SECRET_KEY=context.settings.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        SESSION_COOKIE_NAME="paidthrough",
        SESSION_COOKIE_SECURE=_is_https(context),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=1),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session itself
    )


def _answer_errors(app: Flask, *, https: bool) -> None:
    def answer(status: int, message: str) -> Response:
        if request.path.startswith(FOR_MACHINES):
            return failure(status, message=message)
        return harden(page(status), https=https)

    def refused(error: HTTPException) -> Response:
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        answered = answer(error.code or 500, error.description or "")
        answered.headers.extend(_allowed_methods(error))
        return answered

    def away(error: Exception) -> Response:
        log.error("database_away", path=request.path, error=str(error))
        return answer(503, "The database is away; try again.")

    def broken(error: Exception) -> Response:
        log.error("unexpected", path=request.path, exc_info=error)
        return answer(500, "Something went wrong on our side.")

    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(NotStored, away)
    app.register_error_handler(DatabaseError, away)
    app.register_error_handler(Exception, broken)


def _allowed_methods(error: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in error.get_headers() if name == "Allow"]


def _is_https(context: Context) -> bool:
    return context.settings.public_url.startswith("https:")
