"""Health for whoever watches the server."""

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from kb.migrations.runner import is_at_head
from kb.search.index import IndexUnusable
from kb.web.access import Access, access
from kb.web.current import parts

blueprint = Blueprint("health", __name__)


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
    try:
        parts().index.versions()
    except IndexUnusable:
        return "search index: unusable"
    return None
