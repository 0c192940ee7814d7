"""Starting the product as its user does, and the ceiling with the same server program."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.product import API_KEY, SECRET

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
PRODUCT = ("-c", "from app.cli import main; main()", "web")


@dataclass(frozen=True, kw_only=True)
class Server:
    pid: int
    port: int


@dataclass(frozen=True, kw_only=True)
class Size:
    workers: int
    threads: int


@contextmanager
def product(database_url: str, size: Size, folder: Path) -> Iterator[Server]:
    with _running(PRODUCT, database_url, size, folder) as server:
        yield server


@contextmanager
def ceiling(database_url: str, size: Size, folder: Path) -> Iterator[Server]:
    with _running(("-m", "tests.bench.ceiling", str(size.workers)), database_url, size, folder) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], database_url: str, size: Size, folder: Path) -> Iterator[Server]:
    port = free_port()
    environment = os.environ | _settings(database_url, port, size) | {"PYTHONPATH": str(ROOT)}
    log = folder / f"server-{port}.log"
    with log.open("wb") as lines:
        process = subprocess.Popen([sys.executable, *command], env=environment, cwd=folder, stdout=lines, stderr=lines)
    try:
        _wait_for(process, port, log)
        yield Server(pid=process.pid, port=port)
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _settings(database_url: str, port: int, size: Size) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "STRIPE_API_KEY": "sk_test_of_the_benchmark",
        "STRIPE_WEBHOOK_SECRETS": SECRET,
        "STRIPE_API_BASE": f"http://127.0.0.1:{free_port()}",  # nobody listens: Stripe's API is closed
        "API_KEYS": API_KEY,
        "SECRET_KEY": "secret of the benchmark",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_WORKERS": str(size.workers),
        "WEB_THREADS": str(size.threads),
    }


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}: {log.read_text()}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start: {log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
