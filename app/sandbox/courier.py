"""Carries due webhooks over HTTP in the background, and lets a following clock do what has fallen due."""

import http.client
from threading import Event, Thread
from urllib.parse import urlsplit

from app.sandbox.world import World

_PAUSE = 0.05  # seconds between two looks
_PATIENCE = 20  # seconds for an endpoint's answer


class Courier:
    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = Event()
        self._thread = Thread(target=self._run, name="sandbox webhooks", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(_PAUSE):
            for delivery in self._world.deliveries():
                if self._stop.is_set():
                    return
                self._world.record(delivery, post(delivery.url, delivery.body, delivery.headers))


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The endpoint's status, or 0 when there was no answer."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=_PATIENCE)
    try:
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        connection.request("POST", path, body=body, headers=headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
