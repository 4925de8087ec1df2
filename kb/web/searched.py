"""Keeping what a signed-in person searched for, beside the page and never in its way."""

import logging
from datetime import timedelta

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from kb.db import transaction
from kb.searches.actions import keep_recent
from kb.searches.queries import recent_search
from kb.searches.rules import is_new
from kb.web.current import now, parts, session, viewer

PATIENCE = timedelta(milliseconds=200)
"""How long a page waits for somebody else's write; a search that is not kept is no loss."""
_log = logging.getLogger(__name__)


def remember_search(text: str) -> None:
    """Keep that the viewer searched for `text`: in a short transaction of its own, because the page's own only reads."""
    if not viewer().signed_in or not text or request.method != "GET":
        return
    if not is_new(recent_search(session(), viewer(), text), now()):
        return
    try:
        with transaction(parts().engine, patience=PATIENCE) as writing:
            keep_recent(writing, text, by=viewer(), at=now())
    except SQLAlchemyError:
        _log.warning("a search was not kept", exc_info=True)
