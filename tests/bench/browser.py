"""A browser of the bench: cookies, and forms sent back as their pages had them, changed where the bench types."""

import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from http.cookiejar import CookieJar


@dataclass(frozen=True)
class Answer:
    """What came back, and what it took; of a form that was sent the redirect alone."""

    text: str
    seconds: float
    to: str = ""
    """Path that a redirect leads to."""


@dataclass
class Form:
    """A form of a page: where it goes and what it holds."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, **typed: str) -> list[tuple[str, str]]:
        """Its fields, with `typed` in place of what stood there."""
        return [(name, value) for name, value in self.fields if name not in typed] + list(typed.items())


class Browser:
    """One person's visit over loopback."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _StayHere)

    def get(self, path: str) -> Answer:
        """Open a page. Raises for every status but a success."""
        return self._open(path, None)

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        """Send a form."""
        return self._open(path, urllib.parse.urlencode(fields).encode())

    def sign_in(self, login: str, password: str) -> None:
        """Sign in."""
        form = form_in(self.get("/session/new").text, action="/session")
        self.post(form.action, form.filled(login=login, password=password))

    def _open(self, path: str, body: bytes | None) -> Answer:
        began = time.perf_counter()
        try:
            with self._opener.open(self._root + path, body, timeout=60) as answer:
                return Answer(answer.read().decode(), time.perf_counter() - began)
        except urllib.error.HTTPError as told:
            if told.code != HTTPStatus.SEE_OTHER:
                raise
            return Answer("", time.perf_counter() - began, told.headers["Location"].removeprefix(self._root))


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow no redirect: what a form takes is measured alone."""


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._name: str | None = None
        self._text: list[str] = []
        self._chosen: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""))
            self.found.append(self._open)
        elif self._open is None or ("name" not in given and tag != "option"):
            return
        elif tag == "input" and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
            self._open.fields.append((given["name"], given.get("value", "")))
        elif tag in ("textarea", "select"):
            self._name, self._text = given["name"], []
            if tag == "select":
                self._open.fields.append((self._name, ""))
        elif tag == "option":
            self._text = []
            self._chosen = given if "selected" in given else None

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "option" and self._open is not None and self._name and self._chosen is not None:
            said = "".join(self._text).strip()
            self._open.fields[-1] = (self._name, self._chosen.get("value", said))
        elif tag == "textarea" and self._open is not None and self._name:
            self._open.fields.append((self._name, "".join(self._text).removeprefix("\n")))
        if tag in ("textarea", "select"):
            self._name = None


def form_in(page: str, *, action: str) -> Form:
    """The form of a page that goes to `action`. Raises LookupError."""
    reader = _Forms()
    reader.feed(page)
    found = next((form for form in reader.found if form.action == action), None)
    if found is None:
        raise LookupError(f"no form goes to {action}")
    return found
