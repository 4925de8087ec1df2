"""模範: an operator chooses manuals that are worth following, with a reason and for a time."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.errors import NotAllowed
from kb.exemplars.actions import choose, end
from kb.exemplars.queries import exemplar_of
from kb.exemplars.rules import LASTS, LONGEST, Mistake, may_choose_exemplars, mistakes
from kb.japanese.days import parse_day
from kb.japanese.notation import local_date
from kb.publishing.queries import Listed
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import form_text
from kb.web.notices import notify
from kb.web.publication_form import sent_line
from kb.web.reading import live_or_404
from kb.web.rows import manual_url, row
from kb.web.trail import manual_trail

blueprint = Blueprint("exemplars", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/exemplars")
NOT_YOURS = "模範を選べるのは、ものさしの運営者です。"
USUAL = timedelta(days=365)
_TYPED = 40


@blueprint.get("/new")
@access(Access.SIGNED_IN)
def new(code: str, slug: str) -> str | Response:
    """The form; a manual that is exemplary already shows so on its own page."""
    listed = _chosen_by_operator(code, slug)
    if exemplar_of(session(), listed.manual_id, now()) is not None:
        return redirect(manual_url(code, slug), 303)
    return _form(listed, "", (local_date(now()) + USUAL).isoformat(), ())


@blueprint.get("")
@access(Access.SIGNED_IN)
def index(code: str, slug: str) -> str | Response:
    """The address of a refused form, opened again: the form."""
    return new(code, slug)


@blueprint.post("")
@access(Access.SIGNED_IN)
def create(code: str, slug: str) -> Response | tuple[str, int]:
    """Choose the manual."""
    listed = _chosen_by_operator(code, slug)
    reason, day = sent_line("reason"), form_text("last_day", _TYPED)
    found = mistakes(reason, parse_day(day), local_date(now()))
    if found:
        return _form(listed, reason, day, found), 422
    choose(session(), listed, reason, parse_day(day), by=viewer(), at=now())
    notify(f"「{listed.title}」を模範に選びました。")
    return redirect(manual_url(code, slug), 303)


@blueprint.post("/delete")
@access(Access.SIGNED_IN)
def delete(code: str, slug: str) -> Response:
    """End it before its last day."""
    listed = _chosen_by_operator(code, slug)
    end(session(), listed, by=viewer(), at=now())
    notify(f"「{listed.title}」を模範から外しました。")
    return redirect(manual_url(code, slug), 303)


def _chosen_by_operator(code: str, slug: str) -> Listed:
    listed = live_or_404(code, slug)
    if may_choose_exemplars(viewer()) is None:
        raise NotAllowed(NOT_YOURS)
    return listed


def _form(listed: Listed, reason: str, day: str, found: Sequence[Mistake]) -> str:
    today = local_date(now())
    above = (listed.title, manual_url(listed.town_code, listed.slug))
    return render_template(
        "exemplars/new.html",
        manual=row(listed, viewer()),
        create_url=url_for("exemplars.create", code=listed.town_code, slug=listed.slug),
        reason=reason,
        last_day=day,
        mistakes=found,
        wrong={mistake.field: mistake.message for mistake in found},
        longest=LONGEST,
        earliest=today.isoformat(),
        latest=(today + LASTS).isoformat(),
        trail=manual_trail("模範に選ぶ", listed.town_code, listed.town_name, above),
    )
