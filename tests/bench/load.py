"""The load: prebuilt requests over keep-alive connections from a process of its own that does as little as it can."""

import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

CONNECTIONS = 8
LONGEST_SECONDS = 280
"""Within the tolerance of the signatures, which are made just before the run."""
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, kw_only=True)
class Load:
    """What one run met; `latencies` in seconds, `cpu` is what making the load itself took."""

    seconds: float
    cpu: float
    latencies: list[float]
    refused: int


def send(requests: Sequence[bytes], *, port: int, folder: Path) -> Load:
    """Send all requests from another process, and wait for every answer."""
    path = folder / "requests"
    path.write_bytes(b"".join(_LENGTH.pack(len(request)) + request for request in requests))
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", str(path), str(port)],
        check=True,
        stdout=subprocess.PIPE,
        timeout=LONGEST_SECONDS + 20,
    )
    return Load(**orjson.loads(ran.stdout))


@dataclass(slots=True)
class _Wire:
    """One connection and the request that it waits for."""

    socket: socket.socket
    began: float = 0.0
    answer: bytes = b""


def _run(requests: list[bytes], port: int) -> Load:
    waiting = iter(requests)
    wires = {wire.socket.fileno(): wire for wire in (_connect(port) for _ in range(CONNECTIONS))}
    events = select.epoll()
    for number in wires:
        events.register(number, select.EPOLLIN)
    latencies, refused = [], 0
    cpu, began = time.process_time(), time.perf_counter()
    busy = sum(_next(wire, waiting) for wire in wires.values())
    while busy:
        if time.perf_counter() - began > LONGEST_SECONDS:
            raise TimeoutError("the server is too slow for this benchmark")
        for number, _ in events.poll(5.0):
            wire = wires[number]
            wire.answer += _received(wire.socket)
            if not _is_whole(wire.answer):
                continue
            latencies.append(time.perf_counter() - wire.began)
            refused += not wire.answer.startswith(b"HTTP/1.1 200")
            busy -= not _next(wire, waiting)
    return Load(
        seconds=time.perf_counter() - began, cpu=time.process_time() - cpu, latencies=latencies, refused=refused
    )


def _connect(port: int) -> _Wire:
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Wire(connection)


def _next(wire: _Wire, waiting: Iterator[bytes]) -> bool:
    request = next(waiting, None)
    if request is None:
        return False
    wire.answer = b""
    wire.began = time.perf_counter()
    wire.socket.sendall(request)
    return True


def _received(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the server closed a connection")
    return part


def _is_whole(answer: bytes) -> bool:
    """An answer's length is told by its Content-Length, as the servers here always do."""
    head, blank, body = answer.partition(b"\r\n\r\n")
    if not blank:
        return False
    _, _, told = head.lower().partition(b"content-length: ")
    return len(body) >= int(told.partition(b"\r\n")[0])


def _read(path: Path) -> list[bytes]:
    content, at, found = path.read_bytes(), 0, []
    while at < len(content):
        (length,) = _LENGTH.unpack_from(content, at)
        found.append(content[at + 4 : at + 4 + length])
        at += 4 + length
    return found


if __name__ == "__main__":
    ran = _run(_read(Path(sys.argv[1])), int(sys.argv[2]))
    sys.stdout.buffer.write(orjson.dumps(ran))
