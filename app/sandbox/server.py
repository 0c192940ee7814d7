"""The sandbox as a real HTTP server, with webhooks delivered over HTTP and routes to steer it under /sandbox/."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from urllib.parse import urlsplit

import orjson

from app.sandbox.controls import control
from app.sandbox.courier import Courier
from app.sandbox.state.plain import Json
from app.sandbox.world import SandboxTimeout, World

_LARGEST_BODY = 1 << 20


def serve(world: World, host: str = "127.0.0.1", port: int = 0) -> "RunningSandbox":
    """Starts at once; port 0 takes a free one. Close it, or use it as a context manager."""
    return RunningSandbox(world, host, port)


class RunningSandbox:
    def __init__(self, world: World, host: str, port: int) -> None:
        self.world = world
        self._server = _Server((host, port), world)
        self._courier = Courier(world)
        self._thread = Thread(target=self._server.serve_forever, name="sandbox", daemon=True)
        self._thread.start()
        self._courier.start()

    @property
    def url(self) -> str:
        """The base address for the SDK's `base_addresses={"api": ...}`."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def close(self) -> None:
        self._courier.stop()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> "RunningSandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], world: World) -> None:
        self.world = world
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer goes out in two parts, and neither waits for the other
    timeout = 60  # an idle connection must not hold its thread for ever

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size > _LARGEST_BODY:
            self.close_connection = True
            self._send(413, {"Content-Type": "text/plain"}, b"too large")
            return
        body = self.rfile.read(size)
        parts = urlsplit(self.path)
        if parts.path.startswith("/sandbox/"):
            status, answer = control(self.server.world, self.command, parts.path, _json(body))
            self._send(status, {"Content-Type": "application/json"}, orjson.dumps(answer))
            return
        try:
            response = self.server.world.request(
                self.command, parts.path, query=parts.query, body=body, headers=dict(self.headers)
            )
        except SandboxTimeout:
            self.close_connection = True  # the client hears nothing and sees the connection end
            return
        self._send(response.status, response.headers, response.body)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _json(body: bytes) -> Json:
    try:
        value = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}
