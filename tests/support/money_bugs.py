"""Bugs about money that are easily made, to plant: whatever watches over money has to find them."""

from dataclasses import replace
from typing import Any

import pytest

from app.billing import settling_course, settling_intent, settling_steps, settling_view
from app.billing.settling_intent import Intent
from app.db import live_refund, settlement_attempt
from app.policy.settlement_marks import step_key


def credit_reversed_twice(patched: pytest.MonkeyPatch) -> None:
    """The credit is reversed, and after a crash reversed once more, or forgotten."""
    patched.setattr(settling_view, "_changes_of_credit", lambda *_: [])


def refund_before_intent(patched: pytest.MonkeyPatch) -> None:
    """Stripe is called before the attempt is on record."""

    def intend(context: Any, held: Any, view: Any, step: Any) -> Intent:
        with context.db.read() as tx:
            number = settlement_attempt.next_number(tx, extra=held.extra, step=str(step.step))
        key = step_key(step=step.step, extra=held.extra, attempt=number)
        return Intent(key=key, number=number, customer=settling_intent._payer(view, step))

    patched.setattr(settling_steps, "intend", intend)


def no_lock(patched: pytest.MonkeyPatch) -> None:
    """No row keeps two claims from refunding one charge, and neither sees what the other has begun."""
    look = settling_view.look

    def see_only_oneself(context: Any, held: Any) -> settling_view.View:
        view = look(context, held)
        return replace(view, attempts=[each for each in view.attempts if each.claim == held.claim])

    patched.setattr(settling_course, "look", see_only_oneself)
    patched.setattr(live_refund, "take", lambda _tx, *, claim, **_: claim)
    patched.setattr(live_refund, "taken", lambda _tx, _charge: None)
    patched.setattr(live_refund, "is_kept", lambda _tx, _charge: False)
