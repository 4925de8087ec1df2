"""The real product in a process of its own, on a free loopback port and a data folder of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
KB = (sys.executable, "-m", "kb")
PATIENCE = 120
"""Seconds that a slow machine gets to prepare and start; not a claim about speed."""


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepared_data(folder: Path) -> Path:
    """A data folder filled from `content/`, made once per test run and shared by all test processes: take a `copy_of` it."""
    data = folder / "prepared"
    with FileLock(folder / "prepared.lock"):
        if not data.exists():
            _kb_prepare(folder / "unfinished")
            compiled = folder / "templates"
            compiled.mkdir(mode=0o700)
            (folder / "unfinished" / "templates").symlink_to(
                compiled
            )  # what one server compiled is there for the others
            (folder / "unfinished").rename(data)
    return data


def copy_of(prepared: Path, to: Path) -> Path:
    """A data folder of one's own with the same content."""
    return Path(shutil.copytree(prepared, to, symlinks=True))


def _kb_prepare(data: Path) -> None:
    done = subprocess.run([*KB, "prepare"], cwd=ROOT, env=_environ(data), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"`kb prepare` failed:\n{done.stdout}{done.stderr}"


def _environ(data: Path) -> dict[str, str]:
    return {**os.environ, "KB_MODE": "demo", "KB_DATA_DIR": str(data)}


@contextmanager
def serving(data: Path, workers: int = 1, **settings: str) -> Iterator[str]:
    """Serve the demonstration in the data folder `data`, give its address, and stop it by its own pid.

    `workers` are processes, each of which reads everything for itself. `settings` are more KB_* variables; `{port}` in them becomes the port. Raises AssertionError with what the server said when it does not start.
    """
    port, log = free_port(), data / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*KB, "serve", "--port", str(port), "--workers", str(workers)],
            cwd=ROOT,
            env={**_environ(data), **{name: value.format(port=port) for name, value in settings.items()}},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(server, address, log)
        yield address
    finally:
        _stop(server)


def _wait_until_ready(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")
    raise AssertionError(f"The server at {address} did not get ready; it said:\n{said}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
