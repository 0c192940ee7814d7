"""The sandbox as a server in the foreground."""

import signal

from app.sandbox.server import serve
from app.sandbox.world import World


def run_sandbox(port: int) -> None:
    """Serve on 127.0.0.1 until SIGTERM or Ctrl-C; Stripe's clock follows the wall's."""
    ending = (signal.SIGTERM, signal.SIGINT)
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)  # before any thread starts, which takes the mask over
    world = World()
    world.settings.upcoming_days = 7
    with serve(world, port=port) as sandbox:
        print(f"A small Stripe listens at {sandbox.url}", flush=True)
        signal.sigwait(ending)
