"""The command `paidthrough` as its user runs it: a process with an environment."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / ".env.example"
COMMAND = (sys.executable, "-c", "from app.cli import main; main()")
PATIENCE = 60
NOBODY = "http://127.0.0.1:9"
"""Where nothing listens: a Stripe that is away, without asking the network for a name."""


def example() -> dict[str, str]:
    """What `.env.example` shows."""
    lines = (line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def filled() -> dict[str, str]:
    """The example with secrets put in."""
    return {
        name: value.replace("replace_me", "tests").replace("replace-me", "tests") for name, value in example().items()
    }


def environment(**changed: str) -> dict[str, str]:
    """The filled example's values, as a process would get them."""
    return {**os.environ, **filled(), "STRIPE_API_BASE": NOBODY, "PYTHONPATH": str(ROOT), **changed}


def run(*arguments: str, folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**settings),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def running(
    *arguments: str, folder: Path, command: Sequence[str] = COMMAND, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A process that is killed at the end if it still runs; its standard error can be read."""
    process = subprocess.Popen(
        [*command, *arguments],
        env=environment(**settings),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What it wrote up to the line with that word; fails if it ends before."""
    assert process.stderr is not None
    seen = ""
    for line in process.stderr:
        seen += line
        if word in line:
            return seen
    raise AssertionError(f"it ended without {word!r}:\n{seen}")
