"""The page that explains a charge, and the form that allows a refund of it outside of our calls (2.1)."""

from collections.abc import Mapping

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.billing.charge_exceptions import allow_refund, exceptions_for, left_of
from app.billing.charge_explanation import explain_charge
from app.errors import BadException, StripeMissing, StripeUnavailable
from app.logs import log
from app.web.failures import page
from app.web.flashes import say
from app.web.operator.reasons import reason_given
from app.web.operator.session import operator
from app.web.session import here


def register(console: Blueprint) -> None:
    console.add_url_rule("/charges/<charge>", "charge", charge)
    console.add_url_rule("/charges/<charge>/exception", "allow", allow, methods=["POST"])


def charge(charge: str) -> str | Response:
    return _shown(charge)


def allow(charge: str) -> AnyResponse | tuple[str | Response, int]:
    complaint = _allow(charge)
    if complaint is not None:
        say(complaint, "alert")
        return _shown(charge, typed=request.form.to_dict()), 422
    say("Recorded. Now make the refund in Stripe's dashboard: it raises no alarm.", "good")
    return redirect(url_for("operator.charge", charge=charge), 303)


def _allow(charge: str) -> str | None:
    """What is wrong with it; None if it is recorded."""
    why, amount, days = reason_given(), request.form.get("amount", type=int), request.form.get("days", type=int)
    if why is None or amount is None or days is None:
        return "Say how much, for how long, and why: it is kept with your name."
    if request.form.get("understood") != "yes":
        return "Tick that you know what it means. Nothing was recorded."
    try:
        made = allow_refund(here(), charge, max_amount=amount, days=days, operator=operator(), why=why)
    except StripeMissing:
        abort(404)
    except BadException as bad:
        return str(bad)
    log.info("operator.allowed_refund", operator=operator(), charge=charge, exception=made)
    return None


def _shown(charge: str, typed: Mapping[str, str] | None = None) -> str | Response:
    try:
        explained = explain_charge(here(), charge)
    except StripeMissing:
        abort(404)
    except StripeUnavailable:
        return page(
            503,
            "Stripe cannot be asked",
            "Whether a charge is a duplicate is read live from Stripe. Try again in a minute.",
        )
    return render_template(
        "operator/charge.html",
        explained=explained,
        exceptions=exceptions_for(here(), explained.charge),
        left=left_of(explained.charge),
        typed=typed or {},
        now=here().clock(),
    )
