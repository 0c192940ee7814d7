"""The search box, and the page that explains a user."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.billing.operator_search import find
from app.billing.user_page import user_shown
from app.web.session import here
from app.web.words import status_of

LONGEST = 500


def register(console: Blueprint) -> None:
    console.add_url_rule("/search", "search", search)
    console.add_url_rule("/users/<uid:uid>", "user", user)


def search() -> str | Response | tuple[str, int]:
    words = request.args.get("q", "").replace("\0", "")[:LONGEST].strip()
    if not words:
        return redirect(url_for("operator.queue"), 303)
    found = find(here(), words)
    if found.claim:
        return redirect(url_for("operator.claim", claim=found.claim), 303)
    if found.charge:
        return redirect(url_for("operator.charge", charge=found.charge), 303)
    if len(found.users) == 1:
        return redirect(url_for("operator.user", uid=found.users[0]), 303)
    shown = render_template("operator/found.html", searched=words, users=found.users)
    return shown, 200 if found.users else 404


def user(uid: str) -> str:
    shown = user_shown(here(), uid) or abort(404)
    return render_template("operator/user.html", user=shown, status_of=status_of)
