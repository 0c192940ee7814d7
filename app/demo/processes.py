"""The processes of the demo: the sandbox and the service, started as a user would and ended by their own ids."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import requests

from app.errors import PaidthroughError

READY_SECONDS = 60
STOP_SECONDS = 15


@contextmanager
def running(name: str, *command: str, log: Path, ready: str, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run `paidthrough COMMAND` until the block ends; entered once `ready` answers 200."""
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [_paidthrough(), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        try:
            _wait(process, name, ready, log)
            yield
        finally:
            _stop(process)


def free_port(wanted: int) -> int:
    """The wanted port if nobody listens there, else one that is free."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise PaidthroughError("There is no free port on 127.0.0.1.")


def _paidthrough() -> str:
    return str(Path(sys.executable).with_name("paidthrough"))


def _wait(process: subprocess.Popen[bytes], name: str, ready: str, log: Path) -> None:
    ends = time.monotonic() + READY_SECONDS
    while time.monotonic() < ends and process.poll() is None:
        try:
            if requests.get(ready, timeout=5).ok:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    said = log.read_text(errors="replace").strip().splitlines()[-5:]
    raise PaidthroughError(f"The {name} did not start: {' '.join(said) or 'it said nothing'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
