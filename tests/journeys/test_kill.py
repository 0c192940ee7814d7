"""The web process is killed while webhooks pour in: what was answered 200 is there, and the rest comes again."""

import os
import signal
import socket
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from typing import Any

import orjson
import requests
from sqlalchemy import text

from app.db.engine import Database
from tests.corpus.histories import catalog, deliveries, histories, truth
from tests.support.command import PATIENCE, read_until, running
from tests.support.product import SECRET, signature

MIRRORED = ("customer", "product", "price", "subscription", "invoice", "invoice_payment", "payment_intent", "charge")


def test_kill_9_in_the_middle_of_a_stream(database_url: str, tmp_path: Path) -> None:
    events = catalog() + [event for life in histories(20) for event in life]
    waiting = deliveries(events, seed=1, duplicates=0.1, reorder=0.3)
    for survives in (40, 90, len(waiting)):
        with _web(database_url, tmp_path) as (process, url):
            answered = _post_until_dead(url, waiting, process, survives)
        stored = _stored(database_url)
        assert answered <= stored
        waiting = [event for event in waiting if event["id"] not in answered]
    assert waiting == []
    _assert_mirror_is(database_url, truth(events))


@contextmanager
def _web(database_url: str, folder: Path) -> Iterator[tuple[Popen[str], str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {"DATABASE_URL": database_url, "PORT": str(port), "STRIPE_WEBHOOK_SECRETS": SECRET}
    with running("web", folder=folder, **given) as process:
        read_until(process, "web_started")
        yield process, f"http://127.0.0.1:{port}"
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def _post_until_dead(url: str, events: Sequence[Any], process: Popen[str], survives: int) -> set[str]:
    """Post with eight threads; after so many answers the process and its workers are killed."""
    answered: list[str] = []

    def post(event: dict[str, Any]) -> None:
        body = orjson.dumps(event)
        header = {"Stripe-Signature": signature(body, datetime.now(UTC))}
        try:
            answer = requests.post(f"{url}/webhooks/stripe", data=body, headers=header, timeout=PATIENCE)
        except requests.RequestException:  # the connection died before or within the answer
            return
        if answer.status_code == 200:
            answered.append(event["id"])
        if len(answered) >= survives and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, events))
    return set(answered)


def _stored(database_url: str) -> set[str]:
    db = Database(database_url)
    with db.read() as tx:
        found = set(tx.execute(text("SELECT id FROM inbox_event")).scalars())
    db.close()
    return found


def _assert_mirror_is(database_url: str, expected: dict[str, Any]) -> None:
    db = Database(database_url)
    with db.read() as tx:
        for table in MIRRORED:
            for row in tx.execute(text(f"SELECT id, body, resolved FROM {table}")):
                assert not row.resolved or orjson.loads(row.body) == expected[row.id]
        states = set(tx.execute(text("SELECT state FROM inbox_event")).scalars())
    db.close()
    assert states <= {"applied", "stale"}
