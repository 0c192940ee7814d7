"""What a decision about a user's standing forfeits, or gives back, of each subscription."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import orjson

from app.billing.standing_facts import forfeited_until
from app.db.standing_reads import StandingSubject
from app.policy.access_codec import decode
from app.policy.forfeiture import paid_time_left
from app.policy.instants import from_epoch
from app.policy.standing import Standing


class Decision(Protocol):
    @property
    def uid(self) -> str: ...
    @property
    def standing(self) -> Standing: ...
    @property
    def annul(self) -> bool: ...


def rows_after(
    ruling: Decision,
    was: Standing,
    subjects: Sequence[StandingSubject],
    *,
    since: datetime,
    now: datetime,
    grace: timedelta,
) -> list[dict[str, Any]]:
    """Rows of `subscription_standing`, each by its own clock; `since` and `now` are the wall's."""
    rows = []
    for subject in subjects:
        if subject.test_clock and subject.frozen_time is None:
            continue  # a rehearsal whose time is not known: it is lost as one that comes after the decision
        here = now if subject.frozen_time is None else from_epoch(subject.frozen_time)
        began = since if subject.frozen_time is None else here
        if ruling.standing is not Standing.GOOD:
            told = _lost(subject, was, began=began, left=_left(subject, here, grace))
        elif subject.decided_at is not None:
            told = _regained(subject, was, annul=ruling.annul, began=began)
        else:
            continue  # it came after the loss, which took nothing from it
        rows.append({"subscription": subject.subscription, "uid": ruling.uid} | told)
    return rows


def _lost(subject: StandingSubject, was: Standing, *, began: datetime, left: int | None) -> dict[str, int | None]:
    if was is Standing.GOOD or subject.decided_at is None:
        forfeited = forfeited_until(Standing.GOOD, subject.forfeited_until, subject.at_stake_until)
        return {"decided_at": int(began.timestamp()), "forfeited_until": forfeited, "at_stake_until": left}
    at_stake = max((until for until in (subject.at_stake_until, left) if until is not None), default=None)
    return _told(subject, at_stake_until=at_stake)


def _regained(subject: StandingSubject, was: Standing, *, annul: bool, began: datetime) -> dict[str, int | None]:
    if annul:
        return _told(subject, at_stake_until=None, decided_at=int(began.timestamp()))
    return _told(subject, decided_at=int(began.timestamp())) if was is not Standing.GOOD else _told(subject)


def _told(subject: StandingSubject, **changes: int | None) -> dict[str, int | None]:
    kept = {name: getattr(subject, name) for name in ("decided_at", "forfeited_until", "at_stake_until")}
    return kept | changes


def _left(subject: StandingSubject, here: datetime, grace: timedelta) -> int | None:
    end = paid_time_left(decode(orjson.loads(subject.facts)), here, grace=grace)
    return None if end is None else int(end.timestamp())
