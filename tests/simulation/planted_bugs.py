"""Bugs that are easily made, each with the kind of story in which it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from app.billing import mirror_batch, settling_course, settling_intent, settling_steps, settling_view
from app.billing.settling_intent import Intent
from app.db import inbox, live_refund, settlement_attempt
from app.db.inbox import InboxState
from app.policy.mirror_fold import Fold, Head
from app.policy.settlement_marks import step_key
from app.settings import Settings
from tests.simulation.universe import Hazards

Plant = Callable[[pytest.MonkeyPatch], None]


def last_write_wins(patched: pytest.MonkeyPatch) -> None:
    def fold(_head: Head | None, entries: Iterable[Any], _log: Sequence[Any] = ()) -> Fold:
        last = list(entries)[-1]
        return Fold(head=Head(as_of=last.created), shown=last)

    patched.setattr(mirror_batch, "fold", fold)


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


def refund_before_intent(patched: pytest.MonkeyPatch) -> None:
    """Stripe is called before the attempt is on record."""

    def intend(context: Any, held: Any, view: Any, step: Any) -> Intent:
        with context.db.read() as tx:
            number = settlement_attempt.next_number(tx, extra=held.extra, step=str(step.step))
        key = step_key(step=step.step, extra=held.extra, attempt=number)
        return Intent(key=key, number=number, customer=settling_intent._payer(view, step))

    patched.setattr(settling_steps, "intend", intend)


def dedupe_drops_failed_events(patched: pytest.MonkeyPatch) -> None:
    """Whatever is stored counts as done."""
    patched.setattr(mirror_batch, "DONE", frozenset(InboxState))


def stale_fetch_overwrites(patched: pytest.MonkeyPatch) -> None:
    """Nobody asks whether an event came in while Stripe was asked."""
    patched.setattr(inbox, "stored_since", lambda *_: set())


def grace_ignored(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(Settings, "renewal_grace", timedelta(0))


def credit_reversed_twice(patched: pytest.MonkeyPatch) -> None:
    """What became of a reversal that was not answered is not looked up."""
    patched.setattr(settling_view, "_changes_of_credit", lambda *_: [])


@dataclass(frozen=True, kw_only=True)
class Planted:
    """`weights` is the mix of its stories, `sign` what the auditor says, `seed` and `steps` a story that finds it."""

    plant: Plant
    weights: Mapping[str, float]
    sign: str
    seed: int
    steps: int = 40
    hazards: Hazards | None = None


MIRRORING = {
    "time passes": 10.0,
    "webhooks arrive": 30.0,
    "a process goes on": 6.0,
    "at Stripe: subscribes": 4.0,
    "staff changes a subscription": 8.0,
    "a card turns": 2.0,
    "webhooks are late": 3.0,
}
PAYING = {
    "time passes": 4.0,
    "webhooks arrive": 25.0,
    "at Stripe: a_second_payment_comes_through": 4.0,
    "at Stripe: subscribes": 3.0,
    "somebody claims about a charge": 12.0,
    "runs settlements": 20.0,
    "a process goes on": 6.0,
    "Stripe stumbles": 4.0,
}
RENEWING = {"time passes": 8.0, "webhooks arrive": 14.0, "at Stripe: subscribes": 0.7}

PLANTED = (
    Planted(plant=last_write_wins, weights=MIRRORING, sign="mirror", seed=5),
    Planted(plant=dedupe_drops_failed_events, weights=MIRRORING, sign="mirror|could not be applied", seed=5),
    Planted(plant=refund_before_intent, weights=PAYING, sign="no attempt on record|reversed", seed=1),
    Planted(plant=credit_reversed_twice, weights=PAYING, sign="reversed", seed=1),
    Planted(plant=grace_ignored, weights=RENEWING, sign="within the grace", seed=24, steps=22, hazards=Hazards()),
)
