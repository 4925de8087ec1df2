"""Security headers, trusted hosts, proxies and the sub-path."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask import session as cookie
from flask.globals import request_ctx
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def init_app(app: Flask, settings: Settings) -> None:
    """Harden an application as its settings say."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=4 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=20_000,
        SESSION_COOKIE_NAME="monosashi",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        SESSION_COOKIE_PATH=settings.base_path or "/",
        TRUSTED_HOSTS=trusted_hosts(settings.host),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: an hour of typing is not lost to a clock
        WTF_CSRF_SSL_STRICT=False,  # proxies in town networks strip Referer and rewrite Host; token and SameSite stay
    )
    app.before_request(_let_error_pages_link)
    app.after_request(_keep_private)
    proxies = settings.trusted_proxies
    app.wsgi_app = _Hardened(_SubPath(app.wsgi_app, settings.base_path))  # type: ignore[method-assign]  # WSGI middleware
    if proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0, x_prefix=0)  # type: ignore[method-assign]  # as above


def trusted_hosts(host: str) -> list[str]:
    """Names that a request may be for: this machine's own, and that of the public host (with its port; "" for none)."""
    name = urlsplit(f"//{host}").hostname
    if not name:
        return [*_LOOPBACK]
    return [*_LOOPBACK, f"[{name}]" if ":" in name else name]


def _let_error_pages_link() -> None:
    """A request for a foreign host is refused before it has an address to link from: the 400 page links by path alone."""
    if request_ctx.url_adapter is None:
        request_ctx.url_adapter = current_app.url_map.bind("localhost", script_name=request.script_root or "/")


def _keep_private(response: Response) -> Response:
    if not is_static(response) and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-store" if cookie else "no-cache"
    return response


def is_static(response: Response) -> bool:
    """Whether the answer is a static file, the same for everybody (the page for a missing one is not)."""
    return request.endpoint == "static" and response.status_code < 400


class _Hardened:
    """Our headers on every answer, whoever made it."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            said = {name.lower() for name, _ in headers}  # a page may be stricter, such as one behind a one-time link
            ours = [(name, value) for name, value in HEADERS.items() if name.lower() not in said]
            return start_response(status, [*headers, *ours], *error)

        return self._app(environ, start)


class _SubPath:
    """Serve below a sub-path, whether the proxy strips it from the address or not."""

    def __init__(self, app: "WSGIApplication", base: str) -> None:
        self._app = app
        self._base = base

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self._base:
            path: str = environ.get("PATH_INFO", "")
            if path == self._base or path.startswith(self._base + "/"):
                environ["PATH_INFO"] = path[len(self._base) :] or "/"
            environ["SCRIPT_NAME"] = self._base
        return self._app(environ, start_response)
