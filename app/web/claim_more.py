"""Adding to a claim, appealing its answer, and taking it back."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.billing.claim_appealing import appeal as appeal_claim
from app.billing.claim_completing import complete_claim
from app.billing.claim_filing import FiledClaim
from app.billing.claim_operating import withdraw
from app.errors import ClaimRefused
from app.web.claim_form import ACTOR
from app.web.claims import own_claim, shown
from app.web.flashes import say, say_refused
from app.web.session import here, visitor
from app.web.uploads import files_sent


def register(web: Blueprint) -> None:
    path = "/account/claims/<claim>"
    web.add_url_rule(f"{path}/details", "add_details", add_details, methods=["POST"])
    web.add_url_rule(f"{path}/appeal", "appeal", appeal, methods=["POST"])
    web.add_url_rule(f"{path}/withdraw", "withdraw", take_back, methods=["POST"])


def add_details(claim: str) -> Response | tuple[str, int]:
    own_claim(claim)
    text, number, files = request.form.get("text", ""), request.form.get("order_number", ""), files_sent()
    if not (text.strip() or number.strip() or files):
        return _again(claim, "Nothing was added: write something, or choose a file.", text)
    return _add(
        claim,
        text,
        lambda: complete_claim(
            here(), claim, uid=visitor().uid, actor=ACTOR, order_number=number, text=text, evidence=files
        ),
    )


def appeal(claim: str) -> Response | tuple[str, int]:
    own_claim(claim)
    text, files = request.form.get("text", ""), files_sent()
    if not text.strip():
        return _again(claim, "Say what we should look at again.", text)
    return _add(
        claim,
        text,
        lambda: appeal_claim(here(), claim, uid=visitor().uid, actor=ACTOR, text=text, evidence=files),
    )


def take_back(claim: str) -> Response | tuple[str, int]:
    try:
        withdraw(here(), claim, uid=visitor().uid, actor=ACTOR) or abort(404)
    except ClaimRefused as refused:
        return _again(claim, str(refused), "")
    say("You took this claim back.", "good")
    return redirect(url_for("web.claim", claim=claim), 303)


def _add(claim: str, text: str, act: Callable[[], FiledClaim | None]) -> Response | tuple[str, int]:
    try:
        added = act() or abort(404)
    except ClaimRefused as refused:
        return _again(claim, str(refused), text)
    say_refused(added.refused_files)
    if not added.refused_files:
        say("Thank you, we have added that.", "good")
    return redirect(url_for("web.claim", claim=claim), 303)


def _again(claim: str, complaint: str, text: str) -> tuple[str, int]:
    return shown(own_claim(claim), complaint=complaint, typed=text), 422
