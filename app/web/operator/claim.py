"""A claim explained: the facts, the clause, every decision, the payments side by side, and what can be done."""

from flask import Blueprint, Response, abort, render_template

from app.billing.claim_dossier import claim_dossier
from app.billing.claim_evidence import evidence_file
from app.web.operator.verbs import verbs_for
from app.web.session import here


def register(console: Blueprint) -> None:
    console.add_url_rule("/claims/<claim>", "claim", claim)
    console.add_url_rule("/evidence/<evidence>", "evidence", evidence)


def claim(claim: str) -> str:
    return shown(claim)


def shown(claim: str, *, typed: dict[str, str] | None = None) -> str:
    dossier = claim_dossier(here(), claim) or abort(404)
    return render_template(
        "operator/claim.html", dossier=dossier, verbs=verbs_for(dossier), typed=typed or {}, now=here().clock()
    )


def evidence(evidence: str) -> Response:
    found = evidence_file(here(), evidence, uid=None, operator=True) or abort(404)
    return Response(found.content, headers=found.headers)
