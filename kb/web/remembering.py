"""Keeping what a signed-in person opened, beside the page and never in its way."""

import logging
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from kb.db import transaction
from kb.publishing.queries import Listed
from kb.readings.actions import record_reading
from kb.readings.queries import reading_of
from kb.readings.rules import is_new
from kb.web.current import now, parts, session, viewer

PATIENCE = timedelta(milliseconds=200)
"""How long a page waits for somebody else's write; a reading that is not kept is no loss."""
_log = logging.getLogger(__name__)


def remember(listed: Listed) -> None:
    """Keep that the viewer opened a manual: in a short transaction of its own, because the page's own only reads."""
    if not viewer().signed_in:
        return
    if not is_new(reading_of(session(), viewer(), listed.manual_id), listed.edition, now()):
        return
    try:
        with transaction(parts().engine, patience=PATIENCE) as writing:
            record_reading(writing, listed, by=viewer(), at=now())
    except SQLAlchemyError:
        _log.warning("a reading was not kept", exc_info=True)
