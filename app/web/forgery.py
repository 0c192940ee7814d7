"""Every form carries the token of its own session: another site cannot press our buttons."""

from flask import Response, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from app.web.failures import page


def refuse_forgery() -> Response | None:
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
