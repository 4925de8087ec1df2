"""A small load generator: keep-alive GET requests over loopback from a process of its own, bounded in count."""

import multiprocessing
import select
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measured:
    """What one round of requests took."""

    per_second: float
    p50_ms: float
    p95_ms: float


def measure(port: int, paths: Sequence[str], count: int, clients: int = 8, accepted: str = "gzip") -> Measured:
    """Send `count` requests, cycling through `paths`, from `clients` connections in one process. Raises on a non-200.

    `accepted` is what the client says it can unpack, as browsers do.
    """
    with multiprocessing.Pool(1) as pool:
        return pool.apply(_round, (port, list(paths), count, clients, accepted))


def _round(port: int, paths: list[str], count: int, clients: int, accepted: str) -> Measured:
    connections = [_Connection(port, accepted) for _ in range(clients)]
    waiting: list[tuple[_Connection, float]] = []
    took: list[float] = []
    began = time.perf_counter()
    for number in range(count):
        if len(waiting) == clients:
            took.append(_finish(waiting.pop(0)))
        free = connections[number % clients]
        waiting.append((free, time.perf_counter()))
        free.send(paths[number % len(paths)])
    took += [_finish(one) for one in waiting]
    elapsed = time.perf_counter() - began
    ordered = sorted(took)
    return Measured(count / elapsed, statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000)


def _finish(sent: "tuple[_Connection, float]") -> float:
    connection, at = sent
    connection.receive()
    return time.perf_counter() - at


class _Connection:
    """One keep-alive connection; one request under way at a time."""

    def __init__(self, port: int, accepted: str) -> None:
        self._port = port
        self._headers = f"Host: 127.0.0.1:{port}\r\nAccept-Encoding: {accepted}\r\n\r\n"
        self._connect()

    def _connect(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def _is_closed(self) -> bool:
        """Whether the server has hung up: it does when a connection waits for seconds, while a worker opens its index."""
        readable, _, _ = select.select([self._socket], [], [], 0)
        return bool(readable) and not self._socket.recv(1, socket.MSG_PEEK)

    def send(self, path: str) -> None:
        if self._is_closed():
            self._connect()
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._headers}".encode())

    def receive(self) -> None:
        head, _, rest = self._until_head().partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1").splitlines()[0])
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(rest) < length:
            rest += self._more()
        self._left = rest[length:]

    def _until_head(self) -> bytes:
        got = self._left
        while b"\r\n\r\n" not in got:
            got += self._more()
        return got

    def _more(self) -> bytes:
        received = self._socket.recv(262_144)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received
