"""The command as its user meets it."""

import re
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db.engine import Database
from jobs.table import JOBS
from tests.policy.access_bodies import facts, invoice, item, line, subscription
from tests.support.access_table import put
from tests.support.command import PATIENCE, read_until, running
from tests.support.command_here import Command, command_in

YEARS = 20 * 365
LONG_AGO = facts(
    subscription(item(-YEARS, 30 - YEARS), start_date=-YEARS, cancel_at_period_end=True),
    invoice("paid", line(-YEARS, 30 - YEARS)),
)
OUTDATED = "paidthrough: The database is not at this version's schema: run `paidthrough db upgrade` first.\n"


@pytest.fixture
def paidthrough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Command]:
    with command_in(tmp_path, monkeypatch, capsys) as run_here:
        yield run_here


def test_without_a_command_it_shows_what_there_is(paidthrough: Command) -> None:
    shown = paidthrough("--help").out
    for command in ("serve", "web", "jobs", "db", "explain"):
        assert command in shown


def test_jobs_are_listed_with_what_they_do(paidthrough: Command) -> None:
    shown = paidthrough("jobs", "list").out
    assert [line.split()[0] for line in shown.splitlines()] == list(JOBS)


def test_a_job_runs_once_by_hand_and_says_what_it_did(paidthrough: Command, database_url: str) -> None:
    db = Database(database_url)
    put(db, "sub_1", "sub_2", facts=LONG_AGO, at=1 - YEARS)
    db.close()
    for expected in ("cycle_end: rows 2\n", "cycle_end: rows 0\n"):
        finished = paidthrough("jobs", "run", "cycle_end", DATABASE_URL=database_url)
        assert (finished.status, finished.out) == (0, expected)


def test_an_unknown_job_is_named_beside_those_that_there_are(paidthrough: Command) -> None:
    finished = paidthrough("jobs", "run", "tidy_up")
    assert finished.status == 2
    assert "tidy_up" in finished.err
    assert "cycle_end" in finished.err
    assert "Traceback" not in finished.err


def test_upgrading_makes_a_database_and_again_changes_nothing(paidthrough: Command) -> None:
    for _ in range(2):
        finished = paidthrough("db", "upgrade")
        assert finished.status == 0, finished.err
        assert finished.out == "sqlite:///paidthrough.sqlite3 is at this version's schema.\n"


def test_a_sandbox_whose_port_is_taken_is_one_line(paidthrough: Command) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        other.listen()
        finished = paidthrough("sandbox", "--port", str(port))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    assert finished == (1, "", f"paidthrough: Port {port} of 127.0.0.1 cannot be taken: Address already in use.\n")
    assert paidthrough("sandbox", "--port", "99999").status == 2


@pytest.mark.parametrize("command", [["web"], ["jobs"], ["jobs", "run", "backlog"], ["explain", "alice"]])
def test_an_outdated_schema_is_refused_in_one_line(paidthrough: Command, command: list[str]) -> None:
    finished = paidthrough(*command)
    assert finished == (1, "", OUTDATED)


def test_a_database_that_is_away_is_one_line(paidthrough: Command) -> None:
    url = f"postgresql://nobody:very-secret@127.0.0.1:{free_port()}/nothing"
    finished = paidthrough("web", DATABASE_URL=url)
    assert finished.status == 1
    assert len(finished.err.splitlines()) == 1
    assert "very-secret" not in finished.err


def test_serve_upgrades_sqlite_answers_runs_the_jobs_and_stops(tmp_path: Path) -> None:
    port = free_port()
    with running("serve", folder=tmp_path, PORT=str(port)) as process:
        started = read_until(process, "web_started")
        assert "Upgraded paidthrough.sqlite3 to this version's schema." in started
        assert b"true" in ask(f"http://127.0.0.1:{port}/readyz")
        deadline = time.monotonic() + PATIENCE
        while b'paidthrough_job_runs_total{job="cycle_end_watch"' not in ask(f"http://127.0.0.1:{port}/metrics"):
            assert time.monotonic() < deadline, "no job ever ran"
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert "web_stopped" in rest
    assert "Traceback" not in started + rest


def test_web_serves_with_several_workers(database_url: str, tmp_path: Path) -> None:
    port = free_port()
    settings = {"DATABASE_URL": database_url, "PORT": str(port), "WEB_WORKERS": "2", "WEB_THREADS": "2"}
    with running("web", folder=tmp_path, **settings) as process:
        read_until(process, "web_started")
        read_until(process, "web_started")
        assert b"true" in ask(f"http://127.0.0.1:{port}/readyz")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert "Traceback" not in rest


def test_explaining_piped_is_plain_lines(paidthrough: Command, database_url: str) -> None:
    db = Database(database_url)
    put(db, "sub_1", facts=LONG_AGO, at=1 - YEARS)
    db.close()
    paidthrough("jobs", "run", "cycle_end", DATABASE_URL=database_url)
    shown = paidthrough("explain", "user of sub_1", DATABASE_URL=database_url)
    assert shown.status == 0, shown.err
    assert "no access, ended, until 2006-" in shown.out
    assert re.search(r"^  2006-[0-9: -]+ UTC\tended\tprod_pro\tsub_1\t.*\tcycle_end$", shown.out, re.MULTILINE)
    assert "\x1b" not in shown.out


def test_explaining_an_instant(paidthrough: Command, database_url: str) -> None:
    db = Database(database_url)
    put(db, "sub_1", facts=LONG_AGO, at=1 - YEARS)
    db.close()
    shown = paidthrough("explain", "user of sub_1", "--at", "2006-11-20", DATABASE_URL=database_url).out
    assert "at 2006-11-20 00:00:00 UTC" in shown
    assert "By all that is known now: access, ending" in shown


def test_explaining_somebody_unknown(paidthrough: Command, database_url: str) -> None:
    shown = paidthrough("explain", "mallory [bold]", DATABASE_URL=database_url).out
    assert "mallory [bold]" in shown
    assert "no access, no_subscription" in shown


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - always our own process
        body: bytes = answer.read()
        return body
