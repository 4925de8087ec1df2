"""Verbs on exemplars: choose one, end it before its time."""

from datetime import date, datetime, time

from sqlmodel import Session

from kb.accounts.rules import Acting, Viewer
from kb.activity.actions import record
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.exemplars.models import Exemplar
from kb.exemplars.queries import exemplar_of
from kb.exemplars.rules import may_choose_exemplars, mistakes
from kb.japanese.notation import JST, local_date, next_day, wareki
from kb.publishing.queries import Listed
from kb.publishing.rules import may_read


def choose(
    session: Session, listed: Listed, reason: str, last_day: date | None, *, by: Viewer, at: datetime
) -> Exemplar:
    """Make the manual of `listed` exemplary until the end of `last_day`; the same decision coming twice is one.

    Raises NotFound when the manual is not for the eyes of `by`, NotAllowed for whoever chooses no exemplars, Invalid with
    the first mistake, Conflict when it is exemplary by another decision already.
    """
    acting = _acting(listed, by)
    found = mistakes(reason, last_day, local_date(at))
    if found or last_day is None:
        raise Invalid(found[0].message)
    until = next_day(datetime.combine(last_day, time(), JST))
    kept = exemplar_of(session, listed.manual_id, at)
    if kept is not None and (kept.reason, kept.until) == (reason, until):
        return kept
    if kept is not None:
        raise Conflict("この手順書は、すでに模範です。理由や期限を変えるには、いったん終えてから選び直してください。")
    made = Exemplar(
        manual_id=listed.manual_id, reason=reason, since=at, until=until, assignment_id=acting.assignment_id
    )
    session.add(made)
    session.flush()
    _record(session, "exemplar.chosen", listed, made, by, acting, at, f"{wareki(last_day)}まで: {reason}")
    return made


def end(session: Session, listed: Listed, *, by: Viewer, at: datetime) -> None:
    """End the decision by which the manual is exemplary; nothing when it is not.

    Raises NotFound when the manual is not for the eyes of `by`, NotAllowed for whoever chooses no exemplars.
    """
    acting = _acting(listed, by)
    kept = exemplar_of(session, listed.manual_id, at)
    if kept is None:
        return
    kept.ended_at = at
    session.add(kept)
    session.flush()
    _record(session, "exemplar.ended", listed, kept, by, acting, at, "")


def _acting(listed: Listed, by: Viewer) -> Acting:
    if not may_read(by, listed.town_code, listed.audience):
        raise NotFound
    acting = may_choose_exemplars(by)
    if acting is None:
        raise NotAllowed("模範を選べるのは、ものさしの運営者です。")
    return acting


def _record(
    session: Session, kind: str, listed: Listed, one: Exemplar, by: Viewer, acting: Acting, at: datetime, detail: str
) -> None:
    record(
        session,
        kind,
        who=by,
        acting=acting,
        at=at,
        town=listed.town_code,
        object_id=one.id,
        object_name=listed.title,
        detail=detail,
    )
