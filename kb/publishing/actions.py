"""Verbs of publishing: publish (now or from a later moment), withdraw."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience
from kb.errors import Conflict, Invalid, NotAllowed
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import content_of
from kb.publishing.fragments import keep_fragments
from kb.publishing.models import OutboxEntry, Publication
from kb.publishing.queries import is_live
from kb.publishing.rules import may_publish, obstacles
from kb.standards.queries import vocabulary

_NOT_YOURS = "この手順書を公開する役割がありません。所属の承認者に頼んでください。"


def publish(
    session: Session,
    manual: Manual,
    revision: Revision,
    *,
    by: Viewer,
    at: datetime,
    audience: Audience = Audience.PUBLIC,
    live_from: datetime | None = None,
    change_note: str = "",
    major: bool = True,
) -> Publication:
    """Make a revision the manual's next edition, live from `live_from` (now when None).

    Raises NotAllowed, Conflict when a later publication is already scheduled, Invalid with the first obstacle;
    ValueError when the revision is of another manual.
    """
    acting = may_publish(by, manual.municipality_code)
    if acting is None:
        raise NotAllowed(_NOT_YOURS)
    _refuse_unready(session, manual, revision)
    begins = live_from or at
    _end_predecessor(session, manual, begins)
    publication = Publication(
        manual_id=manual.id,
        revision_id=revision.id,
        edition=_last_edition(session, manual) + 1,
        audience=audience,
        live_from=begins,
        major=major,
        change_note=change_note,
        assignment_id=acting.assignment_id,
        published_at=at,
    )
    session.add(publication)
    session.add(OutboxEntry(manual_id=manual.id, due_at=begins))
    session.flush()
    keep_fragments(session, revision)
    return publication


def withdraw(session: Session, manual: Manual, *, by: Viewer, at: datetime, reason: str) -> Publication:
    """End the manual's live publication; its editions stay readable for the own town. What is scheduled stays scheduled.

    Raises NotAllowed, Conflict when nothing is live.
    """
    if may_publish(by, manual.municipality_code) is None:
        raise NotAllowed(_NOT_YOURS)
    publication = _live_at(session, manual, at)
    if publication is None:
        raise Conflict("この手順書は公開されていません。")
    publication.live_until = at
    publication.withdrawn_at = at
    publication.withdrawal_reason = reason
    session.add(publication)
    session.add(OutboxEntry(manual_id=manual.id, due_at=at))
    session.flush()
    return publication


def _refuse_unready(session: Session, manual: Manual, revision: Revision) -> None:
    if revision.manual_id != manual.id:
        raise ValueError(f"revision {revision.id} belongs to another manual than {manual.id}")
    found = obstacles(content_of(revision), revision.parameter_values, vocabulary(session))
    if found:
        more = f"(ほか{len(found) - 1}件)" if len(found) > 1 else ""
        raise Invalid(f"公開の前に直すところがあります。{found[0].label}: {found[0].message}{more}")


def _end_predecessor(session: Session, manual: Manual, begins: datetime) -> None:
    later = select(Publication.id).where(Publication.manual_id == manual.id, col(Publication.live_from) > begins)
    if session.exec(later).first() is not None:
        raise Conflict("この手順書には、もっと後の日時に予約された公開があります。その日時より後を指定してください。")
    predecessor = _live_at(session, manual, begins)
    if predecessor is not None:
        predecessor.live_until = begins
        session.add(predecessor)


def _live_at(session: Session, manual: Manual, moment: datetime) -> Publication | None:
    return session.exec(select(Publication).where(Publication.manual_id == manual.id, is_live(moment))).first()


def _last_edition(session: Session, manual: Manual) -> int:
    return session.exec(
        select(func.coalesce(func.max(col(Publication.edition)), 0)).where(Publication.manual_id == manual.id)
    ).one()
