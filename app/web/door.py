"""The customers' door: account settings, without JavaScript."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, request
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from app.billing.context import Context
from app.web import account, cancel, enter
from app.web.failures import page, session_over
from app.web.headers import harden
from app.web.money import every, money
from app.web.session import SessionOver, way_back
from app.web.times import written_out

STATIC = Path(__file__).parent / "static"


def blueprint(context: Context) -> Blueprint:
    web = Blueprint("web", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
    for routes in (enter, account, cancel):
        routes.register(web)
    web.before_request(_refuse_forgery)
    web.after_request(_hardening(https=context.settings.public_url.startswith("https:")))
    web.register_error_handler(SessionOver, session_over)
    web.app_context_processor(way_back)
    web.add_app_template_filter(written_out, "time")
    web.add_app_template_global(money)
    web.add_app_template_global(every)
    web.add_app_template_global(generate_csrf, "csrf_token")
    version = sha256((STATIC / "style.css").read_bytes()).hexdigest()[:12]
    web.add_app_template_global(lambda: version, "style_version")
    return web


def _refuse_forgery() -> Response | None:
    if request.method != "POST":
        return None
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return page(
            400,
            "That did not work",
            "This form is too old, or your browser does not keep cookies. Go back, load the page again, and try again.",
        )
    return None


def _hardening(*, https: bool) -> Callable[[Response], Response]:
    def after(response: Response) -> Response:
        return harden(response, https=https, cacheable=request.endpoint == "web.static" and response.status_code < 400)

    return after
