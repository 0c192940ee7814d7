"""Bugs that are easily made, each with the kind of story in which it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from app.billing import mirror_batch
from app.db import inbox
from app.db.inbox import InboxState
from app.policy.mirror_fold import Fold, Head
from app.settings import Settings
from tests.simulation.universe import Hazards
from tests.support.money_bugs import credit_reversed_twice, refund_before_intent

Plant = Callable[[pytest.MonkeyPatch], None]


def last_write_wins(patched: pytest.MonkeyPatch) -> None:
    def fold(_head: Head | None, entries: Iterable[Any], _log: Sequence[Any] = ()) -> Fold:
        last = list(entries)[-1]
        return Fold(head=Head(as_of=last.created), shown=last)

    patched.setattr(mirror_batch, "fold", fold)


def dedupe_drops_failed_events(patched: pytest.MonkeyPatch) -> None:
    """Whatever is stored counts as done."""
    patched.setattr(mirror_batch, "DONE", frozenset(InboxState))


def stale_fetch_overwrites(patched: pytest.MonkeyPatch) -> None:
    """Nobody asks whether an event came in while Stripe was asked."""
    patched.setattr(inbox, "stored_since", lambda *_: set())


def grace_ignored(patched: pytest.MonkeyPatch) -> None:
    patched.setattr(Settings, "renewal_grace", timedelta(0))


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
