"""The sandbox as a server in the foreground."""

import signal
from threading import Event

from app.sandbox.server import serve
from app.sandbox.world import World


def run_sandbox(port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C; Stripe's clock follows the wall's."""
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    with serve(World(), port=port) as sandbox:
        print(f"A small Stripe listens at {sandbox.url}", flush=True)
        stopped.wait()
