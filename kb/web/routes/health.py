"""Health for whoever watches the server."""

from datetime import timedelta

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from kb.migrations.runner import is_at_head
from kb.publishing.indexing import waiting_since
from kb.search.index import IndexUnusable
from kb.web.access import Access, access
from kb.web.current import now, parts, session

blueprint = Blueprint("health", __name__)
LATE = timedelta(minutes=5)
"""How long a change may wait to be carried into the index before whoever watches is told."""


@blueprint.get("/healthz")
@access(Access.ANYONE)
def alive() -> Response:
    """The process answers."""
    return Response("ok\n", content_type="text/plain")


@blueprint.get("/readyz")
@access(Access.ANYONE)
def ready() -> Response:
    """Database and search index can be used; 503 with the reason otherwise."""
    reason = _trouble()
    return Response((reason or "ok") + "\n", status=503 if reason else 200, content_type="text/plain")


def _trouble() -> str | None:
    try:
        if not is_at_head(parts().engine):
            return "database: not migrated"
    except SQLAlchemyError:
        return "database: unusable"
    trouble = _index_trouble()
    return f"search index: {trouble}" if trouble else None


def _index_trouble() -> str | None:
    try:
        parts().index.versions([])
    except IndexUnusable as error:
        parts().caretaker.noticed(error)
    known = parts().caretaker.trouble()
    if known:
        return known
    waiting = waiting_since(session(), now())
    return "behind; changes have been waiting for minutes" if waiting and waiting < now() - LATE else None
