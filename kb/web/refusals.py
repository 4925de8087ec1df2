"""Keeps, for the administrators of a town, that its own staff tried what they may not do.

The refused request's transaction is undone, so that the record gets a short one of its own, after the answer is made.
"""

import logging

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError

from kb.accounts.rules import Viewer
from kb.activity.actions import record
from kb.db import transaction
from kb.web.current import now, parts

_log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Watch the answers. To be set up before the unit of work, so that it runs after that has ended."""
    app.after_request(_keep)


def _keep(response: Response) -> Response:
    who: Viewer | None = g.get("viewer")
    if response.status_code != 403 or who is None or not who.signed_in:
        return response
    try:
        with transaction(parts().engine) as session:
            record(
                session,
                "access.refused",
                who=who,
                at=now(),
                town=who.municipality_code,
                acting=next(iter(who.acting), None),
                object_name=request.path,
                detail=request.method,
                refused=True,
            )
    except OperationalError:
        _log.exception("a refused access could not be recorded")  # the refusal stands; it is in the log of requests too
    return response
