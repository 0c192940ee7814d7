"""Disputes: read, answered with evidence, or given up."""

from app.sandbox.account import Account
from app.sandbox.lifecycle import disputing
from app.sandbox.refusal import invalid
from app.sandbox.shapes.dispute import EVIDENCE_FILES, EVIDENCE_TEXTS
from app.sandbox.state.plain import Json
from app.sandbox.wire import pages
from app.sandbox.wire import params as p
from app.sandbox.wire.routes import list_route, route

_PATH = "/v1/disputes"
_OPEN = ("needs_response", "warning_needs_response")


@route("GET", f"{_PATH}/*")
def retrieve(account: Account, dispute_id: str, _given: Json) -> Json:
    return account.need("dispute", dispute_id)


@route(
    "POST", f"{_PATH}/*", metadata=p.metadata, submit=p.boolean, **p.not_modelled("intended_submission_method"),
    evidence=p.hash_of(**dict.fromkeys(EVIDENCE_TEXTS.split(), p.text), **p.not_modelled(EVIDENCE_FILES)),
)  # fmt: skip
def update(account: Account, dispute_id: str, given: Json) -> Json:
    """Evidence goes to the bank at once unless `submit` is false."""
    dispute = account.need("dispute", dispute_id)
    evidence = given.get("evidence", {})
    if evidence and dispute["status"] not in _OPEN:
        raise invalid(f"This dispute is {dispute['status']}: evidence can no longer be submitted.")
    with account.changing(dispute):
        dispute["metadata"] = p.merged(dispute["metadata"], given.get("metadata"))
        dispute["evidence"] |= evidence
        dispute["evidence_details"]["has_evidence"] |= bool(evidence)
    if given.get("submit", bool(evidence)):
        disputing.submit(account, dispute)
    return dispute


@route("POST", f"{_PATH}/*/close")
def close(account: Account, dispute_id: str, _given: Json) -> Json:
    """Giving up: the dispute is lost."""
    dispute = account.need("dispute", dispute_id)
    if dispute["status"] != "needs_response":
        raise invalid(f"This dispute is {dispute['status']} and cannot be closed.")
    disputing.become(account, dispute, "lost")
    return dispute


@list_route(_PATH, charge=p.filled, payment_intent=p.filled, created=p.RANGE)
def list_disputes(account: Account, given: Json) -> Json:
    return pages.of_charge(account, "dispute", given, _PATH)
