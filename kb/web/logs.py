"""One structured line per request: JSON with a request id, without names or what people typed."""

import json
import logging
import re
import sys
import time
import uuid
from datetime import datetime

from flask import Flask, Response, g, request

from kb.japanese.notation import JST
from kb.web.current import parts

_log = logging.getLogger("kb.request")
_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


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


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "") if parts().settings.trusted_proxies else ""
    g.request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        fields = {
            "request_id": g.get("request_id", ""),
            "method": request.method,
            "route": str(request.url_rule) if request.url_rule else None,
            "path": request.path[:300],
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
            "user": g.viewer.user_id if "viewer" in g else None,
        }
        _log.info("request", extra={"fields": fields})
    return response
