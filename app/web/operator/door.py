"""The console: what waits for a person, why, and what can be done about it."""

from flask import Blueprint, Response, request

from app.billing.context import Context
from app.web.cookies import OPERATORS
from app.web.door import hardening, refuse_nul
from app.web.failures import page
from app.web.forgery import refuse_forgery
from app.web.operator import charge, claim, deeds, enter, find, queue, words
from app.web.operator.session import NotAnOperator, is_on, operator, operator_or_none


def blueprint(context: Context) -> Blueprint:
    console = Blueprint("operator", __name__, url_prefix=OPERATORS)
    for routes in (enter, queue, claim, deeds, find, charge):
        routes.register(console)
    console.before_request(_refuse_when_off)
    console.before_request(_refuse_strangers)
    console.before_request(refuse_nul)
    console.before_request(refuse_forgery)
    console.after_request(hardening(https=context.settings.public_url.startswith("https:")))
    console.register_error_handler(NotAnOperator, enter.to_sign_in)
    for name in ("task_of", "state_of", "reason_of", "alarm_of", "fact_of", "spaced"):
        console.add_app_template_global(getattr(words, name), name)
    console.add_app_template_global(operator_or_none, "operator_name")
    return console


def _refuse_when_off() -> Response | None:
    if is_on():
        return None
    return page(404, "The console is off", "Nobody is named in OPERATOR_KEYS; the settings say how to turn it on.")


def _refuse_strangers() -> None:
    if request.endpoint not in enter.OPEN_TO_ALL:
        operator()
