"""The sandbox under the real SDK in one process: the `responses` library answers for api.stripe.com."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
import responses

from app.sandbox.world import SandboxTimeout, World

_ANYTHING = re.compile(r"https://api\.stripe\.com/.*")
_METHODS = ("GET", "POST", "DELETE")


@contextmanager
def intercept(world: World) -> Iterator[responses.RequestsMock]:
    """Within it no request leaves the process: what is not Stripe's is refused unless passed through."""

    def answer(request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(str(request.url))
        body = request.body or b""
        if not isinstance(body, str | bytes):
            raise TypeError("the sandbox takes whole bodies only")
        try:
            response = world.request(
                str(request.method),
                parts.path,
                query=parts.query,
                body=body.encode() if isinstance(body, str) else body,
                headers={name: str(value) for name, value in request.headers.items()},
            )
        except SandboxTimeout as timeout:
            if timeout.took_effect:
                raise requests.exceptions.ReadTimeout("the answer is lost") from timeout
            raise requests.exceptions.ConnectTimeout("no connection") from timeout
        return response.status, response.headers, response.body

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in _METHODS:
            mock.add_callback(method, _ANYTHING, callback=answer)
        yield mock
