"""Real processes of the product over one database, beside a Stripe that can keep its answers back."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

from app.billing.context import Context
from app.sandbox.server import serve
from app.sandbox.world import Response, World
from app.stripe_gateway.gateway import API_VERSION
from app.wiring import wire
from tests.support.command import COMMAND, environment
from tests.support.product import settings

PATIENCE = 60
AGO = 3600


class SlowStripe(World):
    """Its clock begins an hour ago, and follows the wall once `catch_up_with_the_wall` was called."""

    def __init__(self) -> None:
        super().__init__(start=int(time.time()) - AGO)
        self.variants.signatures_tell = "wall"
        self.kept_back: list[str] = []
        self._keeps: frozenset[str] = frozenset()
        self._whose = ""
        self._let_go = Event()

    def catch_up_with_the_wall(self) -> None:
        self.advance_to(int(time.time()))
        self._follows_wall = True

    def keep_back(self, *requests: str, whose: str) -> None:
        """Answer these requests of that process only after `let_go`; what they ask for is done before."""
        self._keeps, self._whose = frozenset(requests), whose

    def let_go(self) -> None:
        self._let_go.set()

    def request(
        self, method: str, path: str, *, query: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Response:
        response = super().request(method, path, query=query, body=body, headers=headers)
        if f"{method} {path}" in self._keeps and self._whose in str(dict(headers or {})):
            self.kept_back.append(f"{method} {path}")
            self._let_go.wait(PATIENCE)
        return response

    def asked(self, method: str, path: str) -> int:
        """How often the product has sent this request."""
        return sum((request.method, request.path) == (method, path) for request in self.requests)

    def has_delivered(self) -> bool:
        return self.outbox.next_due() is None


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Starts processes; each has a name, a key for Stripe that tells it, and a log."""

    stripe: SlowStripe
    context: Context
    given: Mapping[str, str]
    ports: tuple[int, ...]
    folder: Path

    @contextmanager
    def at_work(self, name: str, *command: str, port: int = 8000) -> Iterator["subprocess.Popen[bytes]"]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [*COMMAND, *command],
                env=environment(**self.given, STRIPE_API_KEY=f"sk_test_{name}", PORT=str(port)),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def answers(self, port: int) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE):
                return True
        except (URLError, ConnectionError):
            return False


@contextmanager
def crew(database_url: str, folder: Path, *, webs: int) -> Iterator[Crew]:
    """Stripe tells each of the ports but the first, at which it answers itself, of every event."""
    stripe, ports = SlowStripe(), tuple(_free_port() for _ in range(webs + 1))
    listens = {"enabled_events": ["*"], "api_version": API_VERSION}
    urls = [f"http://127.0.0.1:{port}/webhooks/stripe" for port in ports[1:]]
    secrets = [stripe.call("POST", "/v1/webhook_endpoints", url=url, **listens)["secret"] for url in urls]
    base = f"http://127.0.0.1:{ports[0]}"
    given = {
        "DATABASE_URL": database_url,
        "STRIPE_API_BASE": base,
        "STRIPE_WEBHOOK_SECRETS": ",".join(secrets) or "whsec_of_nobody",
        "ORDER_ID_SINGLE_PAYMENT": "true",
    }
    context = wire(settings(database_url, stripe_api_base=base, order_id_single_payment=True), retries=0)
    with ExitStack() as stack:
        stack.callback(context.db.close)
        stack.callback(stripe.let_go)
        yield Crew(stripe=stripe, context=context, given=given, ports=ports, folder=folder)


@contextmanager
def serving(crew: Crew) -> Iterator[None]:
    """Stripe answers, and delivers what there is to tell."""
    with serve(crew.stripe, port=crew.ports[0]):
        yield
        crew.stripe.let_go()


def until(done: Callable[[], bool], what: str) -> None:
    ends, pause = time.monotonic() + PATIENCE, Event()
    while not done():
        assert time.monotonic() < ends, f"not within {PATIENCE} s: {what}"
        pause.wait(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
