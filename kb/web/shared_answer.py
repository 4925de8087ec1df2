"""Answers that are the same for everybody who asks: named by their content, and not sent again to whoever has them."""

from datetime import datetime

from flask import request
from werkzeug.wrappers import Response


def shared_answer(body: bytes, media_type: str, changed: datetime | None = None) -> Response:
    """`body` with its ETag and the moment at which it changed last; 304 for a client that has it (RFC 9110, 13.1)."""
    answer = Response(body, content_type=f"{media_type}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"  # kept, but asked for again: what is withdrawn is gone at once
    answer.add_etag()
    if changed is not None:
        answer.last_modified = changed
    return answer.make_conditional(request.environ)
