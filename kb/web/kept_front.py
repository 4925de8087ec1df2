"""In front of Flask: an anonymous request for a page that is kept and fresh is answered at once.

Everything else, and everything that is not certain, goes on to Flask, which says the same at more cost.
"""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.sansio.utils import host_is_trusted

from kb.search.index import IndexUnusable
from kb.web import logs
from kb.web.current import Parts
from kb.web.kept_pages import encoded

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MANUAL = "/towns/<code:code>/manuals/<slug:slug>"
RESULTS = "/search"
"""The routes whose pages are kept, as the log calls them."""


def init_app(app: Flask, parts: Parts) -> None:
    """Stand between Flask and the middleware that is added later."""
    app.wsgi_app = KeptFront(app, parts)  # type: ignore[method-assign]  # WSGI middleware


class KeptFront:
    """The short way to a kept page. Same headers and log line as the long way."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._app = app
        self._inner = app.wsgi_app
        self._parts = parts

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer, or pass on."""
        began = time.perf_counter()
        kept = self._kept(environ)
        if kept is None:
            return self._inner(environ, start_response)
        body, headers = encoded(kept, environ.get("HTTP_ACCEPT_ENCODING", ""))
        request_id = logs.number(environ.get("HTTP_X_REQUEST_ID"), self._parts.settings)
        headers += [("Content-Length", str(len(body))), ("Cache-Control", "no-cache"), ("X-Request-Id", request_id)]
        start_response("200 OK", headers)
        path = environ["PATH_INFO"]
        logs.write(request_id, "GET", RESULTS if path == RESULTS else MANUAL, path, 200, began, None)
        return [body]

    def _kept(self, environ: "WSGIEnvironment") -> bytes | None:
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("HTTP_COOKIE")
        if not plain or not host_is_trusted(environ.get("HTTP_HOST"), self._app.config["TRUSTED_HOSTS"]):
            return None
        path, question = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if path == RESULTS:
            return self._results(question, environ)
        return None if question else self._manual(path, environ)

    def _manual(self, path: str, environ: "WSGIEnvironment") -> bytes | None:
        now = self._parts.clock()
        kept = self._parts.pages.fresh(path, now)
        if kept is not None:
            self._parts.readers.opened(path, now)
            referrer, results = environ.get("HTTP_REFERER", ""), environ.get("SCRIPT_NAME", "") + RESULTS
            self._parts.asked.opened_from(referrer, results, now)
        return kept

    def _results(self, question: str, environ: "WSGIEnvironment") -> bytes | None:
        now = self._parts.clock()
        quiet = self._parts.quiet_times.known(now)
        if quiet is None:
            return None
        try:
            kept = self._parts.results.fresh(question, quiet, self._parts.index.state())
        except (IndexUnusable, OSError):
            return None
        if kept is not None:
            self._parts.asked.asked_again(question, now, environ.get("REMOTE_ADDR", ""))
        return kept
