"""A backlog of events, stored and not applied, or delivered all at once: how fast are the mirror and access right?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time

import orjson

from app.db import inbox
from app.db.engine import Database
from app.db.inbox import InboxState
from app.policy.envelope import read_envelope
from tests.bench import requests, stores
from tests.bench.expected import ExpectedAccess
from tests.bench.job_run import run_job
from tests.bench.load import send
from tests.bench.servers import Size, product
from tests.bench.stores import Store, cpu_of
from tests.bench.usage import cpu_seconds
from tests.bench.verdict import AccessVerdict, MirrorVerdict, judge_access, judge_mirror
from tests.corpus.histories import catalog, event_bodies, histories, truth
from tests.support.product import settings

EVENTS_OF_A_LIFE = 18
ROWS_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Drained:
    """Times in seconds."""

    events: int
    seconds: float
    cpu: float
    store_cpu: float
    mirror: MirrorVerdict
    access: AccessVerdict


def stored(kind: str, folder: Path, size: Size, *, events: int) -> Drained:
    """Events that could not be applied when they came, and the job that tries them again."""
    store = stores.fresh(kind, "stored", folder)
    sign_ups, bodies = _backlog(events)
    _keep(store, bodies)
    ran = run_job("inbox_retry", store)
    if ran.rows != len(bodies):
        raise RuntimeError(f"{len(bodies)} events waited, {ran.rows} were tried")
    mirror, access = _judged(store, folder, size, sign_ups)
    return Drained(
        events=ran.rows, seconds=ran.seconds, cpu=ran.cpu, store_cpu=ran.store_cpu, mirror=mirror, access=access
    )


def delivered(kind: str, folder: Path, size: Size, *, events: int) -> Drained:
    """Webhooks that Stripe has held back, and sends as fast as they are answered; who answers has applied."""
    store = stores.fresh(kind, "delivered", folder)
    sign_ups, bodies = _backlog(events)
    with product(store.url, size, folder) as server:
        wanted = requests.webhooks(bodies, now=int(time()))
        cpu, store_cpu = cpu_seconds(server.pid), cpu_of(store)
        load = send(wanted, port=server.port, folder=folder)
        cpu, store_cpu = cpu_seconds(server.pid) - cpu, cpu_of(store) - store_cpu
    if load.refused:
        raise RuntimeError(f"{load.refused} of {len(bodies)} requests were refused")
    mirror, access = _judged(store, folder, size, sign_ups)
    return Drained(events=len(bodies), seconds=load.seconds, cpu=cpu, store_cpu=store_cpu, mirror=mirror, access=access)


def _backlog(events: int) -> tuple[int, list[bytes]]:
    """Of so many sign-ups, in the order in which they would have arrived."""
    sign_ups = max(1, events // EVENTS_OF_A_LIFE)
    told = [orjson.dumps(event) for event in catalog()]
    return sign_ups, told + [body for _, body in event_bodies(sign_ups, duplicates=0)]


def _keep(store: Store, bodies: Sequence[bytes]) -> None:
    now = datetime.now(UTC)
    events = [read_envelope(orjson.loads(body), body.decode()) for body in bodies]
    failed = {"attempts": 1, "due_at": now}
    rows = [inbox.row_of(event, state=InboxState.FAILED, why="a backlog", now=now) | failed for event in events]
    db = Database(store.url)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        with db.write() as tx:
            inbox.store(tx, rows[first : first + ROWS_AT_ONCE])
    db.close()


def _judged(store: Store, folder: Path, size: Size, sign_ups: int) -> tuple[MirrorVerdict, AccessVerdict]:
    known = truth(catalog() + [event for life in histories(sign_ups) for event in life])
    expected = ExpectedAccess(known, grace=settings(store.url).renewal_grace)
    with product(store.url, size, folder) as server:
        access = judge_access(server.port, expected)
    mirror = judge_mirror(store.url, known)
    stores.drop(store)
    return mirror, access
