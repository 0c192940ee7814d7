"""The jobs process stops cleanly when told, and when it is killed nothing is done twice or lost."""

import os
import signal
import sys
from pathlib import Path

from app.db.engine import Database
from tests.policy.access_bodies import epoch, facts, invoice, item, line, subscription
from tests.support.access_table import journal, put
from tests.support.command import PATIENCE, read_until, run, running
from tests.support.databases import empty_sqlite

YEARS = 20 * 365  # whatever the clock of the machine says, this is in the past
DUE = facts(
    subscription(item(-YEARS, 30 - YEARS), cancel_at_period_end=True), invoice("paid", line(-YEARS, 30 - YEARS))
)


def test_sigterm_ends_it_cleanly(database_url: str, tmp_path: Path) -> None:
    with running("jobs", folder=tmp_path, DATABASE_URL=database_url) as process:
        read_until(process, "jobs_started")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert "jobs_stopped" in rest
    assert "Traceback" not in rest


SIGNALLED_IN_A_WAIT = """
import os, signal, sys, threading
wait = threading.Condition.wait
def signalled(self, timeout=None):
    if sys._getframe(2).f_code.co_name == "run_until_stopped":
        os.kill(os.getpid(), signal.SIGTERM)
    return wait(self, timeout)
threading.Condition.wait = signalled
from app.cli import main; main()
"""


def test_it_ends_even_if_the_signal_comes_while_a_lock_is_held(tmp_path: Path) -> None:
    command = (sys.executable, "-c", SIGNALLED_IN_A_WAIT)
    with running("jobs", folder=tmp_path, command=command, DATABASE_URL=empty_sqlite(tmp_path)) as process:
        read_until(process, "jobs_started")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
    assert "jobs_stopped" in rest


def test_after_a_kill_every_end_is_told_exactly_once(database_url: str, tmp_path: Path) -> None:
    db = Database(database_url)
    names = [f"sub_{number}" for number in range(1200)]
    put(db, *names, facts=DUE, at=1 - YEARS)
    with running("jobs", folder=tmp_path, DATABASE_URL=database_url) as process:
        read_until(process, "jobs_started")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    finished = run("jobs", "run", "cycle_end", folder=tmp_path, DATABASE_URL=database_url)
    assert finished.returncode == 0, finished.stderr
    told = journal(db)
    db.close()
    assert sorted(name for name, _, _ in told) == sorted(names)
    assert {(what, at) for _, what, at in told} == {("ended", epoch(30 - YEARS))}
