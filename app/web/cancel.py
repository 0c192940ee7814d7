"""Canceling and resuming: the terms first, then the deed, then what came of it."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.billing import cancellation
from app.billing.account import AccountSubscription, account_of
from app.billing.cancellation_outcome import CancelOutcome
from app.billing.planned_change import planned_change
from app.policy.cancellation_steps import CancelResult
from app.web.flashes import say
from app.web.outcome import outcome_of
from app.web.session import here, visitor
from app.web.terms import terms_of

ACTOR = "customer"
LONGEST_WHY = 500


def register(web: Blueprint) -> None:
    path = "/account/subscriptions/<subscription>"
    web.add_url_rule(f"{path}/cancel", "ask_cancel", ask_cancel)
    web.add_url_rule(f"{path}/cancel", "cancel", cancel, methods=["POST"])
    web.add_url_rule(f"{path}/resume", "resume", resume, methods=["POST"])


def ask_cancel(subscription: str) -> str | Response:
    mine = _own(visitor().uid, subscription)
    if not mine.can_cancel:
        return redirect(url_for("web.account"), 303)
    terms = terms_of(mine, planned_change(here(), mine.schedule))
    return render_template("cancel.html", subscription=mine, terms=list(terms))


def cancel(subscription: str) -> Response:
    uid = visitor().uid
    mine = _own(uid, subscription)
    change = planned_change(here(), mine.schedule)
    outcome = cancellation.cancel(here(), uid=uid, subscription=mine.subscription, actor=ACTOR, why=_why())
    return _tell(uid, subscription, outcome, dropped=change is not None)


def resume(subscription: str) -> Response:
    uid = visitor().uid
    mine = _own(uid, subscription)
    outcome = cancellation.resume(here(), uid=uid, subscription=mine.subscription, actor=ACTOR)
    return _tell(uid, subscription, outcome)


def _why() -> str | None:
    """Free text; PostgreSQL keeps no NUL."""
    return request.form.get("why", "").replace("\0", "").strip()[:LONGEST_WHY] or None


def _tell(uid: str, subscription: str, outcome: CancelOutcome, *, dropped: bool = False) -> Response:
    if outcome.result is CancelResult.NOT_YOURS:
        abort(404)
    now = _own(uid, subscription)
    renews_at = now.access.renews_at if now.access else None
    tone, words = outcome_of(outcome, name=now.name, renews_at=renews_at, dropped=dropped)
    say(words, tone)
    return redirect(url_for("web.account"), 303)


def _own(uid: str, subscription: str) -> AccountSubscription:
    """Somebody else's subscription is as if it did not exist."""
    mine = next((one for one in account_of(here(), uid) if one.subscription == subscription), None)
    return mine or abort(404)
