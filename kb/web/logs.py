"""One structured line per request: JSON with a request id, without names or what people typed."""

import json
import logging
import re
import sys
import time
import uuid
from datetime import datetime

from flask import Flask, Response, g, request

from kb.config import Settings
from kb.japanese.notation import JST
from kb.web.current import parts

_log = logging.getLogger("kb.request")
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_SECRET_PATH = re.compile(r"^/(invitations|feeds/searches)/.*", re.DOTALL)
"""Paths that are a secret in themselves: whoever reads one may choose a password, or read somebody's feed."""


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = datetime.fromtimestamp(record.created, JST).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name}
        line |= {"message": record.getMessage(), **getattr(record, "fields", {})}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Send our log lines to standard error, once per process."""
    logger = logging.getLogger("kb")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonFormatter())
        logger.addHandler(handler)
        logger.propagate = False
    logger.setLevel(level)


def init_app(app: Flask) -> None:
    """Number and log each request."""
    app.before_request(_begin)
    app.after_request(_end)


def number(given: str | None, settings: Settings) -> str:
    """The id of a request: what a trusted proxy gave it (`given`, from X-Request-Id), else a new one."""
    return given if given and settings.trusted_proxies and _ID.fullmatch(given) else uuid.uuid4().hex


def write(
    request_id: str, method: str, route: str | None, path: str, status: int, began: float, user: int | None
) -> None:
    """Log one answered request; `began` is `time.perf_counter()` at its start."""
    fields = {
        "request_id": request_id,
        "method": method,
        "route": route,
        "path": _SECRET_PATH.sub(r"/\1/…", path)[:300],
        "status": status,
        "ms": round((time.perf_counter() - began) * 1000, 1),
        "user": user,
    }
    _log.info("request", extra={"fields": fields})


def _begin() -> None:
    g.request_id = number(request.headers.get("X-Request-Id"), parts().settings)
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    request_id = g.get("request_id", "")
    response.headers["X-Request-Id"] = request_id
    if request.endpoint != "static":
        route = str(request.url_rule) if request.url_rule else None
        user = g.viewer.user_id if "viewer" in g else None
        began = g.get("began", time.perf_counter())
        write(request_id, request.method, route, request.path, response.status_code, began, user)
    return response
