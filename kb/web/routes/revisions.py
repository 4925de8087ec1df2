"""Saving: a draft becomes a revision (控え), the history of a manual, and going back to an old one."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.accounts.queries import municipality_names
from kb.common_format.fields import new_uid
from kb.common_format.raw import ForgedForm, raw_of
from kb.errors import Conflict, Invalid, NotFound
from kb.forks.actions import take_home
from kb.manuals.actions import restore_revision, save_draft, write_draft
from kb.manuals.drafting import ConcurrentRevision, Overtaken, raw_content
from kb.manuals.models import Draft, Manual, Revision
from kb.manuals.queries import content_of, history_of, last_number, manual_at, newest_revision, revision_at
from kb.manuals.rules import may_write
from kb.publishing.fragments import render_article
from kb.publishing.history import history
from kb.publishing.views import ready
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.differences import side_by_side
from kb.web.editing import FORGED, manual_of, overtaken, own_draft, publication_page, refused
from kb.web.input import form_text
from kb.web.notices import NoticeKind, notify
from kb.web.rows import edition_row, manual_url
from kb.web.trail import Trail, manual_trail, trail
from kb.web.writing import TooMuch, known_version, says_the_same, sent_fields, typed_in

blueprint = Blueprint("revisions", __name__)
_HISTORY = "/towns/<code:code>/manuals/<slug:slug>/revisions"
_UNREADABLE = "まだ控えを保存できません。下書きは残っています。下の「書き方の誤り」を直してください。"


@blueprint.get(_HISTORY)
@access(Access.OWN_TOWN)
def index(code: str, slug: str) -> str:
    """Everything that was saved of a manual of the own town, and which of it became an edition."""
    manual = _manual(code, slug)
    found, saved = history(session(), viewer(), now(), code, slug), history_of(session(), manual.id)
    return render_template(
        "revisions/index.html",
        manual=manual,
        title=saved[0].title if saved else manual.slug,
        saved=saved,
        editions=[edition_row(edition, code, slug) for edition in found.editions] if found else [],
        live=found.live if found else None,
        may_write=may_write(viewer(), code) is not None,
        publication_url=publication_page(manual),
        key=new_uid() + new_uid(),
        trail=_trail("控えの一覧", manual, saved[0].title if saved else "", live=bool(found and found.live)),
    )


@blueprint.get(f"{_HISTORY}/<number:revision>")
@access(Access.OWN_TOWN)
def show(code: str, slug: str, revision: int) -> str:
    """The manual as it was saved."""
    manual = _manual(code, slug)
    found = _revision(manual, revision)
    seen = ready(content_of(found), found.parameter_values, redacted=False)
    saved = next(one for one in history_of(session(), manual.id) if one.number == revision)
    return render_template(
        "revisions/show.html",
        manual=manual,
        revision=saved,
        newest=last_number(session(), manual.id),
        article_html=render_article(seen),
        may_write=may_write(viewer(), code) is not None,
        trail=_trail(f"控え{revision}", manual, found.title, ("控えの一覧", _index(manual))),
    )


@blueprint.post(f"{_HISTORY}/<number:revision>/restoration")
@access(Access.OWN_TOWN)
def update(code: str, slug: str, revision: int) -> Response:
    """Save the content of an old revision as the newest one."""
    manual = _manual(code, slug)
    found, known = _revision(manual, revision), form_text("newest", 9)
    if may_write(viewer(), code) is not None and not re.fullmatch("[0-9]+", known, re.ASCII):
        raise Invalid("控えの画面を開き直して、もう一度お試しください。")
    newest = last_number(session(), manual.id)
    restored = restore_revision(session(), manual, found, by=viewer(), at=now())
    if restored.number > newest != int(known):
        raise Conflict(
            "画面を開いたあとに、新しい控えが保存されています。控えの一覧を確かめてから、やり直してください。"
        )
    notify(f"控え{revision}の内容を、控え{restored.number}として保存しました。")
    return redirect(_index(manual), 303)


@blueprint.get("/drafts/<number:number>/revisions/new")
@access(Access.SIGNED_IN)
def new(number: int) -> Response | tuple[str, int]:
    """Where a draft and a newer revision of somebody else meet: both texts, and what can be done."""
    draft = own_draft(number)
    manual = manual_of(draft)
    theirs = newest_revision(session(), manual.id) if manual else None
    if manual is None or theirs is None or theirs.id == draft.base_revision_id:
        return redirect(url_for("drafts.edit", number=number), 303)
    base = session().get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    mine, other = raw_content(draft), raw_of(content_of(theirs))
    page = render_template(
        "revisions/new.html",
        draft=draft,
        manual=manual,
        theirs=next(one for one in history_of(session(), manual.id) if one.id == theirs.id),
        rows=side_by_side(mine, other, raw_of(content_of(base)) if base else other),
        note=request.args.get("note", "")[:300],
        trail=trail(
            "変更の重なり", ("下書き", url_for("drafts.index")), ("編集", url_for("drafts.edit", number=number))
        ),
    )
    return page, 409


@blueprint.post("/drafts/<number:number>/revisions")
@access(Access.SIGNED_IN)
def create(number: int) -> Response | str | tuple[str, int]:
    """Save the draft, with what the editor sent, as a revision; what stands in the way is said without losing anything."""
    draft, note = own_draft(number), form_text("note", 300).strip()
    try:
        _write_what_was_sent(draft)
    except Overtaken:
        return overtaken(draft)
    except ForgedForm:
        return overtaken(draft) if known_version() != draft.version else refused(FORGED, 400)
    except TooMuch as error:
        return refused(error.message, 413)
    try:
        revision = save_draft(session(), draft, by=viewer(), at=now(), note=note, onto=_onto())
    except ConcurrentRevision:
        return redirect(url_for("revisions.new", number=number, note=note or None), 303)
    except Invalid:
        notify(_UNREADABLE, NoticeKind.WARNING)
        return redirect(url_for("drafts.edit", number=number, checked=1, note=note or None, _anchor="findings"), 303)
    notify(f"控え{revision.number}を保存しました。")
    manual = session().get_one(Manual, revision.manual_id)
    take_home(session(), draft, manual)
    return redirect(_index(manual), 303)


def _write_what_was_sent(draft: Draft) -> None:
    """The editor sends its fields along; the page of two texts sends the version alone."""
    stale = known_version() != draft.version
    if stale and not (sent_fields() and says_the_same(draft)):
        raise Overtaken(draft)
    if not stale and sent_fields():
        write_draft(session(), draft, typed_in(draft).raw, version=draft.version, by=viewer(), at=now())


def _onto() -> int | None:
    text = request.form.get("onto", "")
    return int(text) if re.fullmatch("[1-9][0-9]{0,6}", text, re.ASCII) else None


def _manual(code: str, slug: str) -> Manual:
    manual = manual_at(session(), code, slug)
    if manual is None:
        raise NotFound
    return manual


def _revision(manual: Manual, number: int) -> Revision:
    found = revision_at(session(), manual.id, number)
    if found is None:
        raise NotFound
    return found


def _index(manual: Manual) -> str:
    return url_for("revisions.index", code=manual.municipality_code, slug=manual.slug)


def _trail(here: str, manual: Manual, title: str, *above: tuple[str, str], live: bool = False) -> Trail:
    town = municipality_names(session()).get(manual.municipality_code, "")
    page = [(title, manual_url(manual.municipality_code, manual.slug))] if live else []
    return manual_trail(here, manual.municipality_code, town, *page, *above)
