"""Serving: one server per data folder, gunicorn's threaded workers (waitress on Windows)."""

import errno
import gc
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from filelock import FileLock, Timeout

from kb.db import private_folder
from kb.errors import Misconfigured

_APP = "wsgi:app"


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until stopped, inside the block of `place_for`."""
    _run(host, port, workers, threads)


@contextmanager
def place_for(data_dir: Path, *, host: str, port: int) -> Iterator[None]:
    """Hold what one server needs for the block. Raises Misconfigured for a data folder in use or a taken port.

    Asked before anything is prepared, so that a second start touches nothing of the first.
    """
    with alone_in(data_dir):
        _refuse_taken_port(host, port)
        yield


@contextmanager
def alone_in(data_dir: Path) -> Iterator[None]:
    """Keep servers out of a data folder for the block. Raises Misconfigured when one is there."""
    private_folder(data_dir)
    lock = FileLock(data_dir / "server.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Misconfigured(
            f"このデータフォルダー({data_dir})では、既に別のサーバーが動いています。"
            "そのサーバーを止めるか、KB_DATA_DIR で別のフォルダーを指定してください。"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _refuse_taken_port(host: str, port: int) -> None:
    """Bind as the server will, and let go again."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if sys.platform != "win32":  # there the option would take the port away from its server
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        why = "は使用中です" if error.errno == errno.EADDRINUSE else f"では、{host} で待ち受けられません"
        other = 8123 if port != 8123 else 8124
        raise Misconfigured(f"ポート{port}{why}。別の番号を PORT={other} のように指定してください。") from None


def _run(host: str, port: int, workers: int, threads: int) -> None:
    if sys.platform == "win32":
        from waitress import serve as waitress_serve

        from wsgi import app

        waitress_serve(app, host=host, port=port, threads=workers * threads)
        return
    from gunicorn.app.wsgiapp import WSGIApplication

    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--threads", str(threads)]
    arguments += ["--worker-class", "gthread", "--log-level", "warning", "--worker-tmp-dir", _heartbeat_folder()]
    sys.argv = ["gunicorn", *arguments, _APP]
    import_module("kb.app")  # read once; each worker still makes its own: threads and connections survive no fork
    gc.freeze()  # what is read stays in memory that the workers share
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def _heartbeat_folder() -> str:
    """In memory where the system has it: a heartbeat on a slow disk can block a worker."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108  # gunicorn makes a private file in it
