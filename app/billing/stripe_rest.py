"""Leaves Stripe alone while it has trouble: all processes rest together, and one call is the first to try again."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import TypeVar

from app.alarms import alarm
from app.billing.context import Context
from app.db import stripe_rest
from app.db.engine import Tx
from app.db.stripe_rest import Rest
from app.errors import StripeKeyRefused, StripeRefused, StripeRests, StripeUnavailable
from app.logs import log
from app.policy.stripe_trouble import EVERYTHING, USUAL, Patience, concerned, rest

Item = TypeVar("Item")
PROBE_LASTS = timedelta(seconds=90)
"""Longer than a call with its time-outs and repetitions; then whoever tries has died, and another does."""


class Leave(Enum):
    """Whether Stripe may be asked; a probe is alone, and tells with `answered` or `failed` what came of it."""

    FREE = auto()
    PROBE = auto()
    NONE = auto()


@contextmanager
def asking(context: Context, kind: str | None = None, *, patience: Patience = USUAL) -> Iterator[None]:
    """Ask Stripe within it, from a job: nobody waits for the answer.

    Raises:
        StripeRests: nothing may be asked now.
    """
    if (given := leave(context, kind)) is Leave.NONE:
        raise StripeRests
    try:
        yield
    except StripeUnavailable as error:
        failed(context, error, kind=kind, patience=patience)
        raise
    except StripeRefused:
        answered(context, kind)
        raise
    except Exception:
        if given is Leave.PROBE:
            _give_back(context, kind)
        raise
    answered(context, kind)


def while_it_answers(context: Context, due: Sequence[Item]) -> Iterator[Item]:
    """What a job has to do, as long as Stripe may be asked for it; what is done with each tells how Stripe is."""
    given = leave(context) if due else Leave.FREE
    for number, each in enumerate(due):
        if given is Leave.NONE or (number and rests(context)):
            break
        yield each
    if given is Leave.PROBE:
        _give_back(context, None)


def rests(context: Context) -> bool:
    """Whether nothing at all may be asked, unless somebody waits for the answer."""
    with context.db.read() as tx:
        return EVERYTHING in resting(stripe_rest.known(tx), now=context.clock())


def leave(context: Context, kind: str | None = None) -> Leave:
    """For objects of that kind, or for any."""
    names = {EVERYTHING, kind}
    with context.db.read() as tx:
        if names.isdisjoint(stripe_rest.known(tx)):
            return Leave.FREE
    with context.db.write() as tx:
        wanted = {name: each for name, each in stripe_rest.hold(tx).items() if name in names}
        if resting(wanted, now=context.clock()):
            return Leave.NONE
        probe(tx, wanted, now=context.clock())
    return Leave.PROBE if wanted else Leave.FREE


def resting(known: Mapping[str, Rest], *, now: datetime) -> set[str]:
    """What must not be asked for now."""
    return {name for name, each in known.items() if each.rests_until > now}


def probe(tx: Tx, wanted: Mapping[str, Rest], *, now: datetime) -> None:
    """Be the one that asks again; only while the rests are held."""
    for each in wanted.values():
        stripe_rest.put(tx, each._replace(probing=True, rests_until=now + PROBE_LASTS))


def answered(context: Context, kind: str | None = None) -> None:
    """Stripe has answered: if that was asked to see whether it does, all may ask again."""
    with context.db.read() as tx:
        if not _probed(stripe_rest.known(tx), kind):
            return
    with context.db.write() as tx:
        over = _probed(stripe_rest.hold(tx), kind)
        stripe_rest.forget(tx, [each.name for each in over])
    for each in over:
        log.info("stripe.answers_again", what=each.name, since=str(each.began_at), failures=each.failures)


def failed(
    context: Context,
    error: StripeUnavailable,
    *,
    kind: str | None = None,
    failed_before: bool = False,
    patience: Patience = USUAL,
) -> str | None:
    """Stripe could not be asked; what rests because of it, None if only the one object is concerned.

    With `patience` if it is objects of that kind alone.
    """
    if isinstance(error, StripeRests):
        return None
    name = concerned(kind, status=error.status, code=error.code, failed_before=failed_before)
    with context.db.write() as tx:
        known = stripe_rest.hold(tx)
        for each in _probed(known, kind):
            _end_probe(tx, each, name, now=context.clock())
        before = known.get(name or "")
        now = _longer(context, before, name, error, patience if name == kind else USUAL) if name else None
        if now is not None:
            stripe_rest.put(tx, now)
    _tell(error, before, now, kind)
    return name


def _probed(known: Mapping[str, Rest], kind: str | None) -> list[Rest]:
    return [each for each in known.values() if each.probing and each.name in (EVERYTHING, kind)]


def _give_back(context: Context, kind: str | None) -> None:
    """Stripe was not asked after all: whoever comes next may."""
    with context.db.write() as tx:
        for each in _probed(stripe_rest.hold(tx), kind):
            stripe_rest.put(tx, each._replace(probing=False, rests_until=context.clock()))


def _end_probe(tx: Tx, probed: Rest, concerned: str | None, *, now: datetime) -> None:
    """What is not concerned has answered; with everything away nothing is known of the kind."""
    if concerned == EVERYTHING:
        stripe_rest.put(tx, probed._replace(probing=False, rests_until=now))
    elif probed.name != concerned:
        stripe_rest.forget(tx, [probed.name])


def _longer(
    context: Context, before: Rest | None, name: str, error: StripeUnavailable, patience: Patience
) -> Rest | None:
    """None if it rests already: who asked meanwhile has learned nothing new, unless for how long Stripe wants it."""
    now, why = context.clock(), f"{error.status or 'no answer'}: {error}"[:200]
    rests = before is not None and not before.probing and before.rests_until > now
    failures = (before.failures if before else 0) + (not rests)
    until = now + rest(failures, patience, asked_for=error.retry_after, chance=context.chance())
    if before is not None and rests and (error.retry_after is None or until <= before.rests_until):
        return None
    return Rest(name, failures, before.began_at if before else now, until, probing=False, why=why)


def _tell(error: StripeUnavailable, before: Rest | None, now: Rest | None, kind: str | None) -> None:
    if now is not None and (before is None or now.failures & (now.failures - 1) == 0):
        log.warning("stripe.rests", what=now.name, failures=now.failures, until=str(now.rests_until), why=now.why)
    if isinstance(error, StripeKeyRefused) and (before is None or now is not None):
        alarm("stripe.key_refused", what=kind or EVERYTHING, error=str(error))
