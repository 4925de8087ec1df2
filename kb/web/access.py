"""Who may open a route. Every route declares it; an undeclared one is refused at start and by a test."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.wrappers import Response

from kb.errors import NotFound
from kb.web.current import viewer
from kb.web.resend import ask_to_sign_in

View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """Levels of access. What a person may read or change within a route is decided by the rooms' rules."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    """A known person; everybody else is asked to sign in, whatever the address."""
    OWN_TOWN = "own town"
    """A known person of the town in the address; for other towns' people there is nothing there."""


def access(level: Access, *, writes: bool = True) -> Callable[[View], View]:
    """Declare a route's access. `writes=False` marks a mutation that needs no database write (signing in)."""

    def declare(view: View) -> View:
        view.access = level  # type: ignore[attr-defined]  # a route's declaration rides on its function
        view.writes = writes  # type: ignore[attr-defined]  # as above
        return view

    return declare


def init_app(app: Flask) -> None:
    """Check declarations before each request, and before the tokens of forms."""
    app.before_request(_check)


def _check() -> Response | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return None
    level = getattr(view, "access", None)
    if level is None:
        raise LookupError(f"route {request.endpoint} declares no access")
    if level is Access.ANYONE:
        return None
    if not viewer().signed_in:
        return ask_to_sign_in()
    if level is Access.OWN_TOWN and viewer().own_town != (request.view_args or {}).get("code"):
        raise NotFound
    return None
