"""Refund claims for the host's support: file one on a customer's behalf, and read how one was answered."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import BadRequest, NotFound

from app.api.access import RFC_3339
from app.api.bodies import read_body
from app.api.claim_models import ClaimRequest
from app.billing.claim_evidence import RefusedFile, Upload
from app.billing.claim_filing import FiledBy, file_claim
from app.billing.claim_view import ClaimView, claim_view
from app.billing.context import Context
from app.db.engine import stored_or_refused
from app.db.evidence import EvidenceRow
from app.db.refund_decision import DecisionRow
from app.errors import ClaimRefused

LARGEST_BODY = 8 * 1024 * 1024
"""One file of the largest size, in Base64, and words."""

_SAME = ("id", "uid", "state", "reason", "order_number", "charge", "text", "filed_by", "actor", "filed_at")


def file_claim_view(context: Context, check_key: Callable[[], None]) -> Callable[[], Response]:
    def claims() -> Response:
        """File a refund claim on a customer's behalf.

        201 with the answer; 200 with the claim that is open if the same was claimed before. A file that is not taken
        does not lose the claim: it is named in `refused_files`.
        """
        check_key()
        request.max_content_length = LARGEST_BODY
        asked = read_body(ClaimRequest, request.get_data())
        try:
            with stored_or_refused():
                filed = file_claim(
                    context,
                    uid=asked.uid,
                    reason=asked.reason,
                    order_number=asked.order_number,
                    text=asked.text,
                    filed_by=FiledBy.SUPPORT,
                    actor=asked.actor,
                    contacted_at=asked.contacted_at,
                    evidence=[Upload(name=each.name, content=each.content) for each in asked.evidence],
                )
        except ClaimRefused as refused:
            raise BadRequest(str(refused)) from None
        return _answer(claim_view(context, filed.claim.id), 201 if filed.is_new else 200, filed.refused_files)

    return claims


def claim_answer_view(context: Context, check_key: Callable[[], None]) -> Callable[[str], Response]:
    def claim(claim: str) -> Response:
        """How a claim stands: every decision with its clause, its facts, and who made it."""
        check_key()
        return _answer(None if "\0" in claim else claim_view(context, claim), 200)

    return claim


def _answer(view: ClaimView | None, status: int, refused: Sequence[RefusedFile] = ()) -> Response:
    if view is None:
        raise NotFound("There is no such claim.")
    body = claim_body(view) | {"refused_files": [_refused(each) for each in refused]}
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(body, option=RFC_3339), status, headers, mimetype="application/json")


def claim_body(view: ClaimView) -> dict[str, Any]:
    return {name: getattr(view.claim, name) for name in _SAME} | {
        "contacted_at": view.claim.contacted_at,
        "deadline": view.deadline,
        "complete_by": view.claim.complete_by,
        "can_cancel": view.can_cancel,
        "decision": _decision(view.decision) if view.decision else None,
        "decisions": [_decision(each) for each in view.decisions],
        "evidence": [_evidence(each) for each in view.evidence],
    }


def _decision(row: DecisionRow) -> dict[str, Any]:
    same = ("id", "number", "outcome", "clause", "reason", "disproof", "remedy", "sentence", "policy_version")
    return {name: getattr(row, name) for name in same} | {
        "missing": [detail for detail in row.missing.split(",") if detail],
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "answers": row.answers,
        "facts": orjson.loads(row.facts),
    }


def _evidence(row: EvidenceRow) -> dict[str, Any]:
    same = ("id", "name", "content_type", "size", "sha256", "added_at", "also_in")
    return {name: getattr(row, name) for name in same}


def _refused(file: RefusedFile) -> dict[str, str]:
    return {"name": file.name, "why": file.why, "sentence": file.sentence}
