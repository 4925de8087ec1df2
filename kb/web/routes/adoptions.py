"""Adoptions: declaring that the own town uses another town's manual, the manual in the town's own words, changing, ending."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb.adoptions.actions import adopt, bounds_of, change, common_text, end
from kb.adoptions.declared import Declared, adoption_seen
from kb.adoptions.queries import open_adoption
from kb.adoptions.rules import LONGEST_REASON, NOT_YOURS, may_change, may_declare, mistakes, wrong_reason
from kb.errors import Conflict, NotAllowed, NotFound
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing.fragments import render_article
from kb.publishing.queries import Listed
from kb.publishing.views import ready
from kb.web.access import Access, access
from kb.web.adoption_form import AdoptionForm, adoption_form, declared_before, fresh, sent
from kb.web.adoption_rows import adopted_row, adoption_url
from kb.web.current import now, parts, quiet, session, viewer
from kb.web.input import form_number, form_prose
from kb.web.kept_pages import encoded
from kb.web.notices import notify
from kb.web.reading import live_or_404
from kb.web.rows import manual_url, row
from kb.web.trail import manual_trail

blueprint = Blueprint("adoptions", __name__, url_prefix="/towns/<code:code>")


@blueprint.get("/manuals/<slug:slug>/adoptions/new")
@access(Access.SIGNED_IN)
def new(code: str, slug: str) -> str | AnyResponse:
    """The form; a town that has adopted the manual already is led to its adoption."""
    listed = live_or_404(code, slug)
    may_declare(viewer(), listed.town_code, listed.audience)
    town = viewer().own_town or ""
    before = open_adoption(session(), town, listed.manual_id)
    if before is not None:
        return redirect(adoption_url(town, before.id), 303)
    return _form(listed, adoption_form(common_text(session(), listed.revision_id), fresh()))


@blueprint.get("/manuals/<slug:slug>/adoptions")
@access(Access.SIGNED_IN)
def index(code: str, slug: str) -> AnyResponse:
    """The address of a refused form, opened again: back to the form."""
    live_or_404(code, slug)
    return redirect(url_for("adoptions.new", code=code, slug=slug), 303)


@blueprint.post("/manuals/<slug:slug>/adoptions")
@access(Access.SIGNED_IN)
def create(code: str, slug: str) -> AnyResponse | tuple[str, int]:
    """Declare that the own town uses the live edition."""
    listed = live_or_404(code, slug)
    may_declare(viewer(), listed.town_code, listed.audience)
    town = viewer().own_town or ""
    content = common_text(session(), listed.revision_id)
    told = sent(content)
    found = mistakes(told, content, bounds_of(session(), listed, town, now()))
    if found and open_adoption(session(), town, listed.manual_id) is None:
        return _form(listed, adoption_form(content, told, found)), 422
    try:
        made = adopt(session(), listed, form_number("edition"), told, by=viewer(), at=now())
    except Conflict as refused:
        return _form(listed, adoption_form(content, told, refusal=refused.message)), 409
    notify(f"{listed.town_name}の手順書(第{listed.edition}版)を採用しました。")
    return redirect(adoption_url(town, made.id), 303)


@blueprint.get("/adoptions/<number:number>")
@access(Access.ANYONE)
def show(code: str, number: int) -> str | Response:
    """The manual in the adopting town's own words; anonymous readers get a kept page."""
    if viewer().signed_in:
        return _page(_seen_or_404(code, number))
    page = parts().pages.page(
        request.path,
        now(),
        quiet(),
        live=lambda: _edition_of(code, number),
        render=lambda: _page(_seen_or_404(code, number)),
    )
    if page is None:
        raise NotFound
    body, headers = encoded(page, request.headers.get("Accept-Encoding", ""))
    return Response(body, headers=headers)


@blueprint.get("/adoptions/<number:number>/edit")
@access(Access.OWN_TOWN)
def edit(code: str, number: int) -> str:
    """The form that declares otherwise, and the one that ends the adoption."""
    declared = _changeable(code, number)
    if not declared.open:
        raise Conflict("この採用は終わっています。団体のページで、いまの採用を確かめてください。")
    return _edit_page(declared)


@blueprint.post("/adoptions/<number:number>")
@access(Access.OWN_TOWN)
def update(code: str, number: int) -> AnyResponse | tuple[str, int]:
    """Declare otherwise how the edition is used."""
    declared = _changeable(code, number)
    content = common_text(session(), declared.revision_id)
    told = sent(content)
    found = mistakes(told, content)
    if found and declared.open and declared.readable:
        return _edit_page(declared, adoption_form(content, told, found)), 422
    made = change(session(), declared, told, by=viewer(), at=now())
    notify("採用の内容を変えました。" if made.id != number else "採用の内容は、前と同じです。")
    return redirect(adoption_url(code, made.id), 303)


@blueprint.post("/adoptions/<number:number>/delete")
@access(Access.OWN_TOWN)
def delete(code: str, number: int) -> AnyResponse | tuple[str, int]:
    """End an adoption."""
    declared = _changeable(code, number)
    reason = " ".join(form_prose("reason", 2_000).split())
    wrong = wrong_reason(reason)
    if wrong and declared.open:
        return _edit_page(declared, reason=reason, wrong=wrong), 422
    end(session(), declared, reason, by=viewer(), at=now())
    notify("採用を終えました。")
    return redirect(url_for("towns.show", code=code), 303)


def _form(listed: Listed, form: AdoptionForm) -> str:
    above = (listed.title, manual_url(listed.town_code, listed.slug))
    return render_template(
        "adoptions/new.html",
        manual=row(listed, viewer()),
        form=form,
        url=url_for("adoptions.create", code=listed.town_code, slug=listed.slug),
        trail=manual_trail("採用する", listed.town_code, listed.town_name, above),
    )


def _page(declared: Declared) -> str:
    adoption = declared.adoption
    return render_template(
        "adoptions/show.html",
        declared=declared,
        adopted=adopted_row(declared),
        article_html=_article(declared) if declared.readable else None,
        license=common_text(session(), declared.revision_id).license if declared.readable else "",
        edition_url=_original(declared) if declared.readable else None,
        may_change=may_change(viewer(), adoption.municipality_code) is not None and declared.open,
        own=viewer().own_town == adoption.municipality_code,
        current_url=_current(declared),
        trail=manual_trail(
            declared.title or f"{declared.owner_name}の手順書", adoption.municipality_code, declared.town_name
        ),
    )


def _article(declared: Declared) -> str:
    """Rendered for this answer: a town's words are its own, and few read them but its people."""
    content = content_of(session().get_one(Revision, declared.revision_id))
    return render_article(ready(content, declared.adoption.parameter_values, redacted=True))


def _original(declared: Declared) -> str:
    return url_for("editions.show", code=declared.owner_code, slug=declared.slug, edition=declared.edition)


def _current(declared: Declared) -> str | None:
    """Where an ended adoption goes on."""
    if declared.open:
        return None
    adoption = declared.adoption
    found = open_adoption(session(), adoption.municipality_code, adoption.manual_id)
    return adoption_url(adoption.municipality_code, found.id) if found else None


def _edit_page(declared: Declared, form: AdoptionForm | None = None, reason: str = "", wrong: str = "") -> str:
    content = common_text(session(), declared.revision_id) if declared.readable else None
    shown = form or (adoption_form(content, declared_before(declared)) if content else None)
    adoption = declared.adoption
    name = declared.title or f"{declared.owner_name}の手順書"
    return render_template(
        "adoptions/edit.html",
        declared=declared,
        name=name,
        form=shown,
        url=url_for("adoptions.update", code=adoption.municipality_code, number=declared.number),
        show_url=adoption_url(adoption.municipality_code, declared.number),
        reason=reason,
        wrong=wrong,
        longest=LONGEST_REASON,
        trail=manual_trail(
            "採用の内容",
            adoption.municipality_code,
            declared.town_name,
            (name, adoption_url(adoption.municipality_code, declared.number)),
        ),
    )


def _edition_of(code: str, number: int) -> int | None:
    found = adoption_seen(session(), viewer(), now(), code, number)
    return found.adoption.publication_id if found else None


def _seen_or_404(code: str, number: int) -> Declared:
    found = adoption_seen(session(), viewer(), now(), code, number)
    if found is None:
        raise NotFound
    return found


def _changeable(code: str, number: int) -> Declared:
    found = _seen_or_404(code, number)
    if may_change(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    return found
