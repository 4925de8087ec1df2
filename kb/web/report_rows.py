"""What the templates call a report: what a viewer may see of it, with its addresses."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from kb.publishing.history import editions, listed_edition
from kb.publishing.queries import Listed
from kb.reports.queries import Filed
from kb.reports.steps_seen import StepSeen, steps_seen
from kb.web.current import now, session, viewer
from kb.web.rows import manual_url


@dataclass(frozen=True)
class ReportRow:
    """A line in a list of reports."""

    url: str
    kind: str
    reason: str
    title: str
    """Empty when the viewer may no longer read the manual."""
    town_name: str
    edition: int
    reporter: str
    is_own: bool
    reported_at: datetime
    settled_at: datetime | None
    settled_by: str
    answer: str


@dataclass(frozen=True)
class ReportPage:
    """A report with the manual and the step that it is about, as far as the viewer may read them."""

    row: ReportRow
    settlement_url: str
    manual_url: str | None
    edition_url: str | None
    live_edition: int | None
    step: StepSeen | None
    step_url: str | None
    names_step: bool


def report_row(filed: Filed) -> ReportRow:
    """The line of a report."""
    return ReportRow(
        url=url_for("reports.show", report=filed.number),
        kind=filed.kind.value,
        reason=filed.reason,
        title=filed.title,
        town_name=filed.town_name,
        edition=filed.edition,
        reporter=f"{filed.reporter_town} {filed.reporter_post}".strip(),
        is_own=filed.is_own,
        reported_at=filed.reported_at,
        settled_at=filed.settled_at,
        settled_by=filed.settled_by,
        answer=filed.answer,
    )


def report_page(filed: Filed) -> ReportPage:
    """A report for its own page."""
    live, reported = filed.live, _reported(filed)
    step, still_there = _step(reported, filed.step_uid), _step(live, filed.step_uid)
    return ReportPage(
        row=report_row(filed),
        settlement_url=url_for("reports.update", report=filed.number),
        manual_url=manual_url(live.town_code, live.slug) if live else None,
        edition_url=_edition_url(filed) if reported else None,
        live_edition=live.edition if live else None,
        step=step,
        step_url=manual_url(live.town_code, live.slug, f"step-{still_there.uid}") if live and still_there else None,
        names_step=bool(filed.step_uid),
    )


def _reported(filed: Filed) -> Listed | None:
    """The edition that was reported, when the viewer may still read it."""
    if filed.live is None and viewer().own_town != filed.town_code:
        return None
    readable = editions(session(), viewer(), now(), filed.manual_id, filed.town_code)
    found = next((edition for edition in readable if edition.publication_id == filed.publication_id), None)
    return listed_edition(session(), viewer(), found) if found else None


def _edition_url(filed: Filed) -> str:
    return url_for("editions.show", code=filed.town_code, slug=filed.slug, edition=filed.edition)


def _step(listed: Listed | None, uid: str) -> StepSeen | None:
    if listed is None or not uid:
        return None
    return next((step for step in steps_seen(session(), viewer(), listed) if step.uid == uid), None)
