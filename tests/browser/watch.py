"""Watches a browser context: nothing may be asked of another origin, nothing may be wrong on the console."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError


@dataclass
class Watch:
    """What went wrong in the contexts of one test. `own` is the only origin that may be asked."""

    own: str | None
    wrongs: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Start watching a context and every page in it."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._web_error)

    def leave(self, context: BrowserContext) -> None:
        """Stop watching a context that outlives the test."""
        context.remove_listener("request", self._request)
        context.remove_listener("console", self._console)
        context.remove_listener("weberror", self._web_error)

    def forgive(self, pattern: str) -> int:
        """Drop the wrongs in which `pattern` is found, for a test that provokes them; how many there were."""
        kept = [wrong for wrong in self.wrongs if not re.search(pattern, wrong)]
        dropped = len(self.wrongs) - len(kept)
        self.wrongs[:] = kept
        return dropped

    def judge(self) -> None:
        """Raise AssertionError when something went wrong and was not forgiven."""
        assert self.wrongs == [], "A page misbehaved; repair it, or `watch.forgive(…)` what the test provokes."

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and f"{parts.scheme}://{parts.netloc}" != self.own:
            self.wrongs.append(f"asked another origin: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrongs.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def _web_error(self, error: WebError) -> None:
        self.wrongs.append(f"uncaught error: {error.error}")
