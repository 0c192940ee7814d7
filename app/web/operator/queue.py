"""The first page of the console: what waits for a person, the longest first."""

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
    note = reason_given()
    if note is None:
        say("Say what you found: it is kept with your name.", "alert")
    elif dismiss_suspicion(here(), charge, operator=operator(), note=note):
        say("Recorded: these are two payments.", "good")
    else:
        say("Somebody had looked at it already.", "notice")
    return redirect(url_for("operator.queue"), 303)


def acknowledge(number: int) -> Response:
    note = reason_given()
    if note is None:
        say("Say what came of it: an alarm is acknowledged with a note.", "alert")
    elif acknowledge_alarm(here(), number, operator=operator(), note=note):
        say("The alarm is acknowledged.", "good")
    else:
        say("Somebody had acknowledged it already.", "notice")
    return redirect(url_for("operator.queue"), 303)
