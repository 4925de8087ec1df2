"""Template filters: the notation of `kb.japanese`, with the request's moment where time passes."""

from datetime import date, datetime

from flask import Flask

from kb.japanese.notation import FILTERS, ago, lately
from kb.web.current import now


def init_app(app: Flask) -> None:
    """Add the filters to an application."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.filters["ago"] = _ago
    app.jinja_env.filters["lately"] = _lately


def _ago(moment: date | datetime) -> str:
    return ago(moment, now())


def _lately(moment: datetime) -> str:
    return lately(moment, now())
