"""The claims of a customer: where each stands, why, and what was given for it."""

from flask import Blueprint, Response, abort, render_template

from app.billing.claim_appealing import may_appeal
from app.billing.claim_evidence import evidence_file
from app.billing.claim_moves import MAY_GROW
from app.billing.claim_view import ClaimView, claim_view, claims_view
from app.policy.claim_states import ClaimState
from app.web.session import here, visitor


def register(web: Blueprint) -> None:
    web.add_url_rule("/account/claims", "claims", claims)
    web.add_url_rule("/account/claims/<claim>", "claim", claim)
    web.add_url_rule("/account/evidence/<evidence>", "evidence", evidence)


def claims() -> str:
    return render_template("claims/list.html", claims=claims_view(here(), visitor().uid), now=here().clock())


def claim(claim: str) -> str:
    return shown(own_claim(claim))


def evidence(evidence: str) -> Response:
    """Saved, never shown inside a page of ours; somebody else's is as if it did not exist."""
    found = evidence_file(here(), evidence, uid=visitor().uid) or abort(404)
    return Response(found.content, headers=found.headers)


def own_claim(claim: str) -> ClaimView:
    return claim_view(here(), claim, uid=visitor().uid) or abort(404)


def shown(view: ClaimView, *, complaint: str | None = None, typed: str = "") -> str:
    state = view.claim.state
    return render_template(
        "claims/claim.html",
        view=view,
        asks=state == ClaimState.NEEDS_INFORMATION,
        may_add=state in MAY_GROW,
        may_appeal=may_appeal(view),
        complaint_words=complaint,
        typed=typed,
        now=here().clock(),
    )
