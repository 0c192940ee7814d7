"""The reason that goes with everything an operator does."""

from flask import request

from app.billing.claim_words import plain_text

LONGEST = 1000


def reason_given(name: str = "why") -> str | None:
    return plain_text(request.form.get(name, ""))[:LONGEST].strip() or None
