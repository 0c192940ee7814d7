"""Doing something about a claim: with a reason, and only to the claim as the operator saw it."""

from datetime import UTC, datetime

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.billing.claim_deciding import Answer
from app.billing.claim_dossier import claim_dossier
from app.errors import ClaimChanged, ClaimRefused
from app.logs import log
from app.policy.claim_states import ClaimState
from app.web.flashes import say
from app.web.operator.claim import shown
from app.web.operator.reasons import reason_given
from app.web.operator.session import operator
from app.web.operator.verb import Order, Verb
from app.web.operator.verbs import verbs_for
from app.web.operator.words import state_of, task_of
from app.web.session import here


def register(console: Blueprint) -> None:
    console.add_url_rule("/claims/<claim>/<verb>", "deed", deed, methods=["POST"])


def deed(claim: str, verb: str) -> Response | tuple[str, int]:
    dossier = claim_dossier(here(), claim) or abort(404)
    wanted = next((each for each in verbs_for(dossier) if each.name == verb), None)
    seen = request.form.get("version", type=int)
    try:
        complaint = _do(claim, wanted, seen)
    except ClaimChanged:
        say("The claim has changed since you opened it. Look at it again; nothing was done.", "notice")
        complaint = None
    if complaint is not None:
        say(complaint, "alert")
        return shown(claim, typed={**request.form.to_dict(), "verb": verb}), 422
    return redirect(url_for("operator.claim", claim=claim), 303)


def _do(claim: str, verb: Verb | None, version: int | None) -> str | None:
    """What is wrong with it; None if it is done. Raises ClaimChanged."""
    if verb is None or version is None:
        raise ClaimChanged
    why, contacted_at = reason_given(), _instant()
    if why is None:
        return "Say why: it is kept with your name."
    amount = request.form.get("amount", type=int)
    order = Order(claim=claim, version=version, operator=operator(), why=why, contacted_at=contacted_at, amount=amount)
    try:
        answer = verb.act(here(), order)
    except ClaimChanged:
        raise
    except ClaimRefused as refused:
        return str(refused)
    log.info("operator.acted", operator=order.operator, claim=claim, verb=verb.name)
    say(f"Recorded: {verb.says}. {_then(answer)}.", "good")
    return None


def _then(answer: Answer) -> str:
    if answer.claim.state == ClaimState.REFERRED and answer.decision is not None:
        return f"Next: {task_of(answer.decision.reason)}"
    return f"The claim now: {state_of(answer.claim.state)[0]}"


def _instant() -> datetime | None:
    """As a browser's date and time field sends it, in UTC; None also for one that UTC's calendar does not have."""
    try:
        instant = datetime.fromisoformat(request.form.get("contacted_at", ""))
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
