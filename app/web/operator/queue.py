"""The first page of the console: what waits for a person, the longest first."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.billing.operator_queue import acknowledge_alarm, operator_queue
from app.billing.suspicions import dismiss_suspicion
from app.policy.instants import from_epoch
from app.web.flashes import say
from app.web.operator.reasons import reason_given
from app.web.operator.session import operator
from app.web.session import here


def register(console: Blueprint) -> None:
    console.add_url_rule("", "queue", queue)
    console.add_url_rule("/suspicions/<charge>/dismiss", "dismiss", dismiss, methods=["POST"])
    console.add_url_rule("/alarms/<int:number>/acknowledge", "acknowledge", acknowledge, methods=["POST"])


def queue() -> str:
    return render_template("operator/queue.html", queue=operator_queue(here()), instant=from_epoch)


def dismiss(charge: str) -> Response:
    return _noted(
        lambda by, note: dismiss_suspicion(here(), charge, operator=by, note=note), "The pair is off the list."
    )


def acknowledge(number: int) -> Response:
    return _noted(
        lambda by, note: acknowledge_alarm(here(), number, operator=by, note=note), "The alarm is acknowledged."
    )


def _noted(act: Callable[[str, str], bool], done: str) -> Response:
    """`act` by this operator with their note; it tells whether there was still something to do."""
    note = reason_given()
    if note is None:
        say("Say what you found: it is kept with your name. Nothing was recorded.", "alert")
    elif act(operator(), note):
        say(done, "good")
    else:
        say("Somebody had done that already.", "notice")
    return redirect(url_for("operator.queue"), 303)
