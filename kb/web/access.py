"""Who may open a route. Every route declares it; an undeclared one is refused at start and by a test."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """Levels of access. What a person may read or change within a route is decided by the rooms' rules."""

    ANYONE = "anyone"


def access(level: Access, *, writes: bool = True) -> Callable[[View], View]:
    """Declare a route's access. `writes=False` marks a mutation that needs no database write (signing in)."""

    def declare(view: View) -> View:
        view.access = level  # type: ignore[attr-defined]  # a route's declaration rides on its function
        view.writes = writes  # type: ignore[attr-defined]  # as above
        return view

    return declare


def init_app(app: Flask) -> None:
    """Check declarations before each request."""
    app.before_request(_check)


def _check() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return
    if getattr(view, "access", None) is None:
        raise LookupError(f"route {request.endpoint} declares no access")
