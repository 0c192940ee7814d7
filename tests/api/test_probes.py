"""Is it up, is it ready, what did it count."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from app.db.engine import Database
from app.main import create_app
from tests.support.product import HandClock, ask_access, product
from tests.support.stage import Stage


def test_healthy(acted: Stage) -> None:
    assert acted.browser().get("/healthz").status_code == 200


def test_ready(acted: Stage) -> None:
    answered = acted.browser().get("/readyz")
    assert (answered.status_code, answered.get_json()) == (200, {"ready": True, "missing": []})


def test_not_ready_without_migrations(db: Database, acted: Stage) -> None:
    with db.write() as tx:
        kept = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        tx.execute(text("DELETE FROM alembic_version"))
    answered = acted.browser().get("/readyz")
    with db.write() as tx:
        tx.execute(text("INSERT INTO alembic_version VALUES (:kept)"), {"kept": kept})
    assert (answered.status_code, answered.get_json()["missing"]) == (503, ["migrations"])


def test_not_ready_without_a_database(tmp_path: Path) -> None:
    context = product(f"sqlite:///{tmp_path}/no/such/folder/db.sqlite3", clock=HandClock())
    answered = create_app(context).test_client().get("/readyz")
    assert (answered.status_code, answered.get_json()["missing"]) == (503, ["database"])


def test_answers_are_counted(acted: Stage) -> None:
    client = acted.browser()
    before = _counted(client.get("/metrics").text)
    ask_access(client, "nobody")
    after = _counted(client.get("/metrics").text)
    answers = 'paidthrough_access_answers_total{entitled="false",reason="no_subscription"}'
    seconds = 'paidthrough_request_seconds_count{endpoint="api.access"}'
    assert after[answers] == before.get(answers, 0) + 1
    assert after[seconds] == before.get(seconds, 0) + 1


def test_several_workers_are_counted_together(tmp_path: Path) -> None:
    count = "from app.metrics import count_access; count_access(entitled=True, reason='active')"
    for _ in range(2):
        _run(count, tmp_path)
    shown = _run("from app.metrics import exposition; print(exposition().decode())", tmp_path)
    assert 'paidthrough_access_answers_total{entitled="true",reason="active"} 2.0' in shown


def _counted(exposition: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in exposition.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def _run(code: str, folder: Path) -> str:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
