"""Filing a claim: which charge, why, in the customer's words; the answer is shown at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.billing.claim_candidates import ClaimCandidate, recent_charges
from app.billing.claim_filing import FiledBy, FiledClaim, file_claim
from app.billing.claim_words import LONGEST_NUMBER, LONGEST_TEXT
from app.errors import ClaimRefused
from app.policy.claim_reasons import ClaimReason
from app.web.flashes import say, say_refused
from app.web.session import here, visitor
from app.web.uploads import files_sent

ACTOR = "customer"
ANOTHER = "another"


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """What the form holds; `charge` is one of the list, ANOTHER, or nothing yet."""

    charge: str = ""
    order_number: str = ""
    reason: str = ""
    text: str = ""


def register(web: Blueprint) -> None:
    web.add_url_rule("/account/claims/new", "new_claim", new_claim)
    web.add_url_rule("/account/claims/new", "file_claim", file, methods=["POST"])


def new_claim() -> str:
    charges = recent_charges(here(), visitor().uid)
    return _form(charges, Typed(charge=_first_choice(charges, request.args.get("charge"))))


def file() -> Response | tuple[str, int]:
    uid, typed = visitor().uid, _typed()
    charges = recent_charges(here(), uid)
    complaints = _complaints(typed, charges)
    if complaints:
        return _form(charges, typed, complaints), 422
    try:
        filed = file_claim(
            here(),
            uid=uid,
            reason=ClaimReason(typed.reason),
            order_number=_number(typed, charges),
            text=typed.text,
            filed_by=FiledBy.CUSTOMER,
            actor=ACTOR,
            evidence=files_sent(),
        )
    except ClaimRefused as refused:
        return _form(charges, typed, {"form": str(refused)}), 422
    tell(filed)
    return redirect(url_for("web.claim", claim=filed.claim.id), 303)


def tell(filed: FiledClaim) -> None:
    """What the page of the claim says on top, once."""
    say_refused(filed.refused_files, then="You can send another one below.")
    if not filed.is_new:
        say("You had claimed this already. This is your claim.", "notice")


def _typed() -> Typed:
    return Typed(**{name: request.form.get(name, "") for name in Typed.__dataclass_fields__})


def _complaints(typed: Typed, charges: Sequence[ClaimCandidate]) -> dict[str, str]:
    """By the field that each is about."""
    found = {}
    if typed.reason not in set(ClaimReason):
        found["reason"] = "Choose what happened."
    if typed.charge not in {ANOTHER, *(each.charge for each in charges)}:
        found["charge"] = "Choose the charge that this is about."
    if len(typed.order_number) > LONGEST_NUMBER:
        found["charge"] = f"An order number has at most {LONGEST_NUMBER} characters."
    if len(typed.text) > LONGEST_TEXT:
        found["text"] = f"This is too long by {len(typed.text) - LONGEST_TEXT} characters."
    return found


def _number(typed: Typed, charges: Sequence[ClaimCandidate]) -> str | None:
    """The number that people know, unless several of the charges share it."""
    if typed.charge == ANOTHER:
        return typed.order_number or None
    sharing = Counter(each.order_number for each in charges)
    chosen = next(each for each in charges if each.charge == typed.charge)
    return chosen.order_number if sharing[chosen.order_number] == 1 else chosen.charge


def _first_choice(charges: Sequence[ClaimCandidate], wanted: str | None) -> str:
    if any(each.charge == wanted for each in charges):
        return wanted or ""
    return "" if charges else ANOTHER


def _form(charges: Sequence[ClaimCandidate], typed: Typed, complaints: dict[str, str] | None = None) -> str:
    return render_template(
        "claims/new.html",
        charges=charges,
        typed=typed,
        complaints=complaints or {},
        reasons=tuple(ClaimReason),
        now=here().clock(),
        longest_text=LONGEST_TEXT,
        longest_number=LONGEST_NUMBER,
    )
