"""A process's way to the sandbox: no socket, but a point before and after each request, where it may be lost."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from requests.structures import CaseInsensitiveDict

from app.sandbox.world import SandboxTimeout, World
from app.stripe_gateway.gateway import API_VERSION, Gateway
from tests.simulation.process import Process
from tests.support.wire_guard import WireGuard


class Wire(stripe.HTTPClient):
    name = "simulation"

    def __init__(self, process: Process, world: World, guard: WireGuard) -> None:
        super().__init__()
        self._process, self._world, self._guard = process, world, guard

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        headers = headers or {}
        self._guard.check(method, url, headers.get("Idempotency-Key"), post_data)
        self._process.point()
        parts = urlsplit(url)
        body = post_data.encode() if isinstance(post_data, str) else post_data or b""
        try:
            answer = self._world.request(method, parts.path, query=parts.query, body=body, headers=headers)
        except SandboxTimeout as timeout:
            raise stripe.APIConnectionError(str(timeout), should_retry=True) from timeout  # type: ignore[no-untyped-call]
        self._process.point()
        return answer.body.decode(), answer.status, CaseInsensitiveDict(answer.headers)

    def _sleep_time_seconds(self, num_retries: int) -> float:
        return 0

    def close(self) -> None:
        pass


def gateway(process: Process, world: World, guard: WireGuard, *, retries: int) -> Gateway:
    made = Gateway("sk_test_of_the_tests", max_network_retries=retries)
    made.client = stripe.StripeClient(
        "sk_test_of_the_tests",
        stripe_version=API_VERSION,
        max_network_retries=retries,
        http_client=Wire(process, world, guard),
    )
    return made
