"""A person at the host decides about a user's standing (4.1)."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import BadRequest, Conflict

from app.api.access import RFC_3339
from app.api.bodies import read_body
from app.api.record_models import StandingRequest
from app.billing.context import Context
from app.billing.standing import Ruling, StandingOutcome, decide_standing
from app.errors import NothingToAnnul

LONGEST_UID = 500


def standing_view(context: Context, check_key: Callable[[], None]) -> Callable[[str], Response]:
    def standing(uid: str) -> Response:
        """Decide about a user's standing.

        Access follows at once; what Stripe has to do is tried at once and repeated until it is done. Sending the same
        decision again changes nothing. Everything after `/v1/standing/` is the uid, percent-decoded.
        """
        check_key()
        if "\0" in uid or len(uid) > LONGEST_UID:
            raise BadRequest(f"uid: must be at most {LONGEST_UID} characters, without NUL")
        wanted = read_body(StandingRequest, request.get_data())
        ruling = Ruling(uid=uid, standing=wanted.standing, reason=wanted.reason, actor=wanted.actor, annul=wanted.annul)
        try:
            outcome = decide_standing(context, ruling)
        except NothingToAnnul as nothing:
            raise Conflict(f"annul: {nothing}") from None
        return Response(orjson.dumps(_body(uid, outcome), option=RFC_3339), mimetype="application/json")

    return standing


def _body(uid: str, outcome: StandingOutcome) -> dict[str, Any]:
    made = outcome.decision
    return {
        "uid": uid,
        "standing": outcome.standing,
        "decision": made.id if made else None,
        "reason": made.reason if made else None,
        "actor": made.actor if made else None,
        "annuls": made.annuls if made else None,
        "decided_at": made.decided_at if made else None,
        "subscriptions": [
            {"subscription": subscription, "outcome": result} for subscription, result in outcome.at_stripe.items()
        ],
    }
