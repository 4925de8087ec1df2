"""The verb of this room: keep that a person opened a manual."""

from datetime import datetime

from sqlmodel import Session

from kb.accounts.rules import Viewer
from kb.errors import NotFound
from kb.publishing.queries import Listed
from kb.readings.models import Reading
from kb.readings.queries import reading_of
from kb.readings.rules import is_new, may_keep_reading


def record_reading(session: Session, listed: Listed, *, by: Viewer, at: datetime) -> None:
    """Keep that `by` opened the live edition `listed` at `at`; nothing when the same was kept minutes ago.

    Raises NotFound for nobody, and for a manual that is not for the eyes of `by`.
    """
    if by.user_id is None or not may_keep_reading(by, listed.town_code, listed.audience):
        raise NotFound
    kept = reading_of(session, by, listed.manual_id)
    if not is_new(kept, listed.edition, at):
        return
    kept = kept or Reading(user_id=by.user_id, manual_id=listed.manual_id, edition=0, read_at=at)
    kept.edition, kept.read_at = listed.edition, at
    session.add(kept)
    session.flush()
