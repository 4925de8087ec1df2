"""Servers under load: gunicorn with two workers, the same for every application."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = "2", "4"


def environment(data: Path) -> dict[str, str]:
    """The environment of a demonstration whose data lie in `data`."""
    return {**os.environ, "KB_MODE": "demo", "KB_DATA_DIR": str(data), "KB_LOG_LEVEL": "INFO"}


def kb(data: Path, *arguments: str) -> None:
    """Run a command of ours."""
    subprocess.run([sys.executable, "-m", "kb", *arguments], cwd=ROOT, env=environment(data), check=True)


@contextmanager
def served(application: str, data: Path, log: Path) -> Iterator[int]:
    """Serve a WSGI application on a free port; gives the port when it answers."""
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", WORKERS]
    command += ["--threads", THREADS, "--worker-class", "gthread", "--log-level", "warning", application]
    with log.open("wb") as errors:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(data), stderr=errors)
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")
