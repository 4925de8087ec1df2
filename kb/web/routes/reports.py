"""What readers report on manuals, and what the owning town answers."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.errors import Conflict, Invalid, NotFound
from kb.publishing.queries import Listed
from kb.reports.actions import make_report, settle
from kb.reports.queries import Filed, report_seen
from kb.reports.rules import LONGEST, Mistake, Told, looks_personal, may_settle, mistakes, mistakes_in_answer
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import form_prose, form_text, text
from kb.web.notices import notify
from kb.web.reading import live_or_404
from kb.web.report_form import report_form
from kb.web.report_rows import report_page
from kb.web.rows import manual_url, row
from kb.web.trail import manual_trail, trail

blueprint = Blueprint("reports", __name__)
TYPED = 20_000
"""Characters that a form may bring: more than is allowed, so that what is too long comes back to be cut, not lost."""


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/reports/new")
@access(Access.SIGNED_IN)
def new(code: str, slug: str) -> str:
    """The form on a page of its own."""
    listed = live_or_404(code, slug)
    told = Told(key=secrets.token_hex(16), kind="", reason="", step_uid=text("step", 40))
    return _form(listed, told, ())


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/reports")
@access(Access.SIGNED_IN)
def index(code: str, slug: str) -> Response:
    """The address of a refused form, opened again: back to the form."""
    live_or_404(code, slug)
    return redirect(url_for("reports.new", code=code, slug=slug), 303)


@blueprint.post("/towns/<code:code>/manuals/<slug:slug>/reports")
@access(Access.SIGNED_IN)
def create(code: str, slug: str) -> Response | tuple[str, int]:
    """Send a report to the town that owns the manual."""
    listed = live_or_404(code, slug)
    told = _told()
    form = report_form(listed, told)
    found = mistakes(told, [step.uid for step in form.steps])
    if found:
        return _form(listed, told, found), 422
    try:
        report = make_report(session(), listed, told, by=viewer(), at=now())
    except (Invalid, Conflict) as refused:
        status = 409 if isinstance(refused, Conflict) else 422
        fresh = replace(told, key=secrets.token_hex(16))
        return _form(listed, fresh, [Mistake("reason", refused.message)]), status
    notify(f"{listed.town_name}に知らせました。回答があると、マイデスクに表示します。")
    return redirect(url_for("reports.show", report=report.id), 303)


@blueprint.get("/reports/<number:report>")
@access(Access.SIGNED_IN)
def show(report: int) -> str:
    """A report, for the town that owns the manual and for who made it."""
    return _page(_seen_or_404(report), "", ())


@blueprint.get("/reports/<number:report>/settlement")
@access(Access.SIGNED_IN)
def edit(report: int) -> Response:
    """The address of a refused answer, opened again: back to the report."""
    _seen_or_404(report)
    return redirect(url_for("reports.show", report=report), 303)


@blueprint.post("/reports/<number:report>/settlement")
@access(Access.SIGNED_IN)
def update(report: int) -> Response | tuple[str, int]:
    """Answer a report and end it."""
    filed = _seen_or_404(report)
    answer, sure = form_prose("answer", TYPED), form_text("sure", 3) == "yes"
    found = mistakes_in_answer(answer, sure=sure)
    if found and may_settle(viewer(), filed.town_code) and filed.settled_at is None:
        return _page(filed, answer, found), 422
    settle(session(), report, answer, sure=sure, by=viewer(), at=now())
    notify("回答しました。指摘した人のマイデスクに届きます。")
    return redirect(url_for("reports.show", report=report), 303)


def _told() -> Told:
    return Told(
        key=form_text("key", 40),
        kind=form_text("kind", 40),
        reason=form_prose("reason", TYPED),
        step_uid=form_text("step", 80),
        sure=form_text("sure", 3) == "yes",
    )


def _form(listed: Listed, told: Told, found: Sequence[Mistake]) -> str:
    above = (listed.title, manual_url(listed.town_code, listed.slug))
    return render_template(
        "reports/new.html",
        manual=row(listed, viewer()),
        form=report_form(listed, told, found),
        trail=manual_trail("指摘", listed.town_code, listed.town_name, above),
    )


def _page(filed: Filed, answer: str, found: Sequence[Mistake]) -> str:
    return render_template(
        "reports/show.html",
        report=report_page(filed),
        may_settle=may_settle(viewer(), filed.town_code) is not None,
        answer=answer,
        mistakes=found,
        ask_sure=looks_personal(answer),
        longest=LONGEST,
        trail=trail("指摘", ("マイデスク", url_for("desk.show"))),
    )


def _seen_or_404(number: int) -> Filed:
    found = report_seen(session(), viewer(), now(), number)
    if found is None:
        raise NotFound
    return found
