"""Verbs on reports: make one, settle it."""

import re
from datetime import datetime

from sqlmodel import Session, col, select

from kb.accounts.rules import Viewer
from kb.activity.actions import record
from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.manuals.models import Manual, Revision
from kb.publishing.models import Publication
from kb.publishing.queries import Listed
from kb.reports.models import Report, ReportKind
from kb.reports.queries import open_count
from kb.reports.rules import MOST_OPEN, Told, may_report, may_see, may_settle, mistakes, mistakes_in_answer
from kb.reports.steps_seen import steps_seen

_KEY = re.compile(r"[0-9a-f]{32}")


def make_report(session: Session, listed: Listed, told: Told, *, by: Viewer, at: datetime) -> Report:
    """Tell the town of the live edition `listed` what `by` found in it; a form that comes twice makes one report.

    The town's record of it names no person: who reports is known to the town by town and post alone.
    Raises NotFound when the manual is not for the eyes of `by`, Invalid with the first mistake, Conflict when too many
    reports of this person on the manual wait for an answer.
    """
    if by.user_id is None or not may_report(by, listed.town_code, listed.audience):
        raise NotFound
    found = mistakes(told, [step.uid for step in steps_seen(session, by, listed)])
    if found or not _KEY.fullmatch(told.key):
        raise Invalid(found[0].message if found else "確認のため、もう一度「知らせる」を押してください。")
    made = session.exec(select(Report).where(Report.key == told.key)).first()
    if made is not None and made.user_id == by.user_id:
        return made
    if made is not None or open_count(session, by, listed.manual_id) >= MOST_OPEN:
        raise Conflict(
            f"この手順書への指摘が{MOST_OPEN}件、回答を待っています。回答があってから、次の指摘を送ってください。"
        )
    report = _report(listed, told, by, by.user_id, at)
    session.add(report)
    session.flush()
    from_where = "・".join(part for part in (by.municipality_name, by.acting[0].office if by.acting else "") if part)
    record(
        session,
        "report.made",
        who=Viewer(),
        at=at,
        town=listed.town_code,
        object_id=report.id,
        object_name=listed.title,
        detail=f"「{report.kind.value}」({from_where})",
    )
    return report


def settle(session: Session, number: int, answer: str, *, sure: bool, by: Viewer, at: datetime) -> Report:
    """Answer a report and end it; the same answer coming twice is one answer.

    Raises NotFound when there is none for `by`, NotAllowed without a role that answers, Conflict when it has another
    answer already, Invalid with what is wrong with the answer.
    """
    report, manual, title = _report_on(session, number)
    if not may_see(by, manual.municipality_code, report.user_id):
        raise NotFound
    acting = may_settle(by, manual.municipality_code)
    if acting is None:
        raise NotAllowed("指摘に回答できるのは、手順書の団体の作成者・承認者・管理者です。")
    if report.settled_at is not None:
        if (report.settled_by, report.answer) == (acting.assignment_id, answer):
            return report
        raise Conflict("この指摘には、ほかの人がすでに回答しています。指摘のページで回答を確かめてください。")
    found = mistakes_in_answer(answer, sure=sure)
    if found:
        raise Invalid(found[0].message)
    report.settled_at, report.settled_by, report.answer = at, acting.assignment_id, answer
    session.add(report)
    session.flush()
    record(
        session,
        "report.settled",
        who=by,
        acting=acting,
        at=at,
        town=manual.municipality_code,
        object_id=report.id,
        object_name=title,
        detail=f"「{report.kind.value}」への回答",
    )
    return report


def _report(listed: Listed, told: Told, by: Viewer, user_id: int, at: datetime) -> Report:
    return Report(
        key=told.key,
        publication_id=listed.publication_id,
        step_uid=told.step_uid,
        kind=ReportKind(told.kind),
        reason=told.reason,
        user_id=user_id,
        assignment_id=by.acting[0].assignment_id if by.acting else None,
        reported_at=at,
    )


def _report_on(session: Session, number: int) -> tuple[Report, Manual, str]:
    found = session.exec(
        select(Report, Manual, Revision.title)
        .join(Publication, col(Publication.id) == Report.publication_id)
        .join(Manual, col(Manual.id) == Publication.manual_id)
        .join(Revision, col(Revision.id) == Publication.revision_id)
        .where(Report.id == number)
    ).first()
    if found is None:
        raise NotFound
    return found
