"""Taking another town's manual over: the form, its preview, and the draft that comes of it."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import Invalid, NotAllowed
from kb.forks.actions import NewerEdition, Taken, make_fork
from kb.forks.queries import source_of
from kb.forks.rules import Mistake, may_fork, mistakes, why_not
from kb.publishing.queries import Listed
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.fork_form import ForkForm, fork_form, sent
from kb.web.notices import NoticeKind, notify
from kb.web.reading import live_or_404
from kb.web.rows import manual_url, row
from kb.web.trail import manual_trail

blueprint = Blueprint("forks", __name__)
_FORKS = "/towns/<code:code>/manuals/<slug:slug>/forks"


@blueprint.get(f"{_FORKS}/new")
@access(Access.SIGNED_IN)
def new(code: str, slug: str) -> str:
    """What to take over, where to, and in which words."""
    return _page(fork_form(_takeable(code, slug)))


@blueprint.get(_FORKS)
@access(Access.SIGNED_IN)
def index(code: str, slug: str) -> Response:
    """The address of a refused form, opened again: back to the form."""
    _takeable(code, slug)
    return redirect(url_for("forks.new", code=code, slug=slug), 303)


@blueprint.post(_FORKS)
@access(Access.SIGNED_IN)
def create(code: str, slug: str) -> Response | str | tuple[str, int]:
    """Take it over into a draft; or, by the buttons of the preview, only show what it would say."""
    listed = _takeable(code, slug)
    asked = sent(source_of(session(), listed))
    if request.form.get("do") in ("common", "own"):
        return _page(fork_form(listed, asked, own_words=request.form["do"] == "own"))
    form = fork_form(listed, asked)
    drafts = [one.id for one in form.drafts]
    found = mistakes(asked, [step.uid for step in form.steps], drafts, [one.key for one in form.words])
    same = asked.edition == listed.edition
    if found and (same or asked.edition is None):
        return _page(fork_form(listed, asked, mistakes=found)), 422
    try:
        taken = make_fork(session(), listed, asked, by=viewer(), at=now())
    except NewerEdition as newer:
        return _page(form, newer.message), 409
    except Invalid as refused:
        return _page(fork_form(listed, asked, mistakes=[Mistake("into", refused.message)])), 422
    _tell(listed, taken)
    return redirect(url_for("drafts.edit", number=taken.draft.id), 303)


def _takeable(code: str, slug: str) -> Listed:
    """The live manual of another town. Raises NotFound, NotAllowed."""
    listed = live_or_404(code, slug)
    if may_fork(viewer(), listed.town_code) is None:
        raise NotAllowed(why_not(viewer(), listed.town_code))
    return listed


def _tell(listed: Listed, taken: Taken) -> None:
    if taken.again:
        notify("この画面からは、先ほど取り入れています。その下書きを開きました。", NoticeKind.INFO)
        return
    title = f"{listed.town_name}『{listed.title}』(第{listed.edition}版)"
    notify(f"{title[:100]}を下書きに取り入れました。控えを保存するまで、ほかの人には見えません。")
    if taken.renamed:
        notify(
            f"{taken.renamed}つの手順は、下書きに同じ手順があったため、別の手順として加えました。要らないほうを消してください。",
            NoticeKind.INFO,
        )
    if taken.kept_words:
        words = "」「".join(taken.kept_words)[:100]
        notify(f"「{words}」は、下書きにある標準の値をそのまま使います。", NoticeKind.INFO)


def _page(form: ForkForm, newer: str = "") -> str:
    listed = form.source.listed
    above = (listed.title, manual_url(listed.town_code, listed.slug))
    return render_template(
        "forks/new.html",
        manual=row(listed, viewer()),
        form=form,
        newer=newer,
        license=listed.license,
        trail=manual_trail("取り入れる", listed.town_code, listed.town_name, above),
    )
