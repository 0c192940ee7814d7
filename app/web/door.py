"""The customers' door: account settings and claims, without JavaScript."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, abort, request
from flask_wtf.csrf import generate_csrf

from app.billing.context import Context
from app.web import account, cancel, claim_form, claim_more, claim_words, claims, enter, policy_page
from app.web.failures import session_over
from app.web.forgery import refuse_forgery
from app.web.headers import harden
from app.web.money import every, money
from app.web.session import SessionOver, visitor, way_back
from app.web.times import day_of, written_out
from app.web.uploads import take_files

STATIC = Path(__file__).parent / "static"
TAKE_FILES = frozenset({"web.file_claim", "web.add_details", "web.appeal"})


def blueprint(context: Context) -> Blueprint:
    web = Blueprint("web", __name__, static_folder="static", static_url_path="/static", template_folder="templates")
    for routes in (enter, account, cancel, claim_form, claims, claim_more, policy_page):
        routes.register(web)
    web.before_request(refuse_nul)
    web.before_request(_admit_files)
    web.before_request(refuse_forgery)
    web.after_request(hardening(https=context.settings.public_url.startswith("https:")))
    web.register_error_handler(SessionOver, session_over)
    web.app_context_processor(way_back)
    _teach_templates(web)
    return web


def refuse_nul() -> None:
    """PostgreSQL takes none: a question with one would look as if the database were away."""
    if "\0" in request.path:
        abort(404)


def _admit_files() -> None:
    """Only of somebody who is signed in, and before the form is read."""
    if request.method == "POST" and request.endpoint in TAKE_FILES:
        visitor()
        take_files()


def hardening(*, https: bool) -> Callable[[Response], Response]:
    def after(response: Response) -> Response:
        return harden(response, https=https, cacheable=request.endpoint == "web.static" and response.status_code < 400)

    return after


def _teach_templates(web: Blueprint) -> None:
    web.add_app_template_filter(written_out, "time")
    web.add_app_template_filter(day_of, "day")
    web.add_app_template_global(money)
    web.add_app_template_global(every)
    web.add_app_template_global(generate_csrf, "csrf_token")
    for words in (claim_words.claim_status, claim_words.told, claim_words.reason_label):
        web.add_app_template_global(words)
    version = _version_of_styles()
    web.add_app_template_global(lambda: version, "style_version")


def _version_of_styles() -> str:
    styles = b"".join(path.read_bytes() for path in sorted(STATIC.glob("*.css")))
    return sha256(styles).hexdigest()[:12]
