"""Writing: where a manual starts, the editor with its drafts, the preview, and throwing a draft away."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.common_format.content import ManualContent
from kb.common_format.fields import new_uid
from kb.common_format.raw import ForgedForm, content_of_raw, lenient_content
from kb.errors import Invalid, NotAllowed, NotFound
from kb.japanese.notation import clock
from kb.manuals.actions import begin_draft, discard_draft, edit_manual, write_draft
from kb.manuals.drafting import Overtaken, spoken_values
from kb.manuals.models import Draft
from kb.manuals.queries import drafts_of, drafts_of_colleagues, manual_at, manuals_of_town
from kb.manuals.rules import may_write, may_write_draft
from kb.publishing.fragments import render_article
from kb.publishing.views import ready
from kb.standards.queries import phases, procedure, procedures
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.editing import FORGED, editor_of, editor_values, overtaken, own_draft, refused, scripted, state_of
from kb.web.input import text
from kb.web.notices import NoticeKind, notify
from kb.web.starting import Refused, start, twins_for
from kb.web.trail import trail
from kb.web.writing import TooMuch, known_version, typed_in

blueprint = Blueprint("drafts", __name__)
_NO_ROLE = "手順書を作成する役割がありません。所属の管理者に「作成者」の役割を頼んでください。"


@blueprint.get("/drafts")
@access(Access.SIGNED_IN)
def index() -> str:
    """The viewer's own drafts, and that colleagues of the department have some."""
    return render_template(
        "drafts/index.html",
        own=drafts_of(session(), viewer()),
        colleagues=drafts_of_colleagues(session(), viewer()),
        may_begin=_may_begin(),
        trail=trail("下書き"),
    )


@blueprint.get("/drafts/new")
@access(Access.SIGNED_IN)
def new() -> str:
    """How to start; with a procedure chosen, what starting from it means."""
    return _start_page(None)


@blueprint.post("/drafts")
@blueprint.post("/towns/<code:code>/manuals/<slug:slug>/drafts")
@access(Access.SIGNED_IN)
def create(code: str | None = None, slug: str | None = None) -> Response | tuple[str, int]:
    """Begin a draft of a new manual, or open the viewer's draft on one of the own town's manuals."""
    key = request.form.get("key", "")
    if slug is not None:
        manual = manual_at(session(), code or "", slug) if code == viewer().own_town else None
        if manual is None:
            raise NotFound
        return _opened(edit_manual(session(), manual, key=key, by=viewer(), at=now()))
    if not _may_begin():
        raise NotAllowed(_NO_ROLE)
    started = start()
    if isinstance(started, Refused):
        return _start_page(started), 422
    return _opened(begin_draft(session(), started.raw, key=key, by=viewer(), at=now(), provenance=started.origin))


@blueprint.get("/drafts/<number:number>")
@access(Access.SIGNED_IN)
def edit(number: int) -> Response | str:
    """The editor."""
    draft = own_draft(number)
    if may_write_draft(viewer(), draft) is None:
        return redirect(url_for("drafts.show", number=number), 303)
    page = editor_of(draft, note=text("note", 300), open_items=request.args.getlist("open")[:50])
    return render_template("drafts/edit.html", **editor_values(page), checked=bool(text("checked", 1)))


@blueprint.post("/drafts/<number:number>")
@access(Access.SIGNED_IN)
def update(number: int) -> Response | str | tuple[str, int]:
    """Keep what was typed, and do what the button says."""
    draft = own_draft(number)
    try:
        typed = typed_in(draft)
        write_draft(session(), draft, typed.raw, version=known_version(), by=viewer(), at=now())
    except Overtaken:
        return overtaken(draft)
    except ForgedForm:
        return overtaken(draft) if known_version() != draft.version else refused(FORGED, 400)
    except TooMuch as error:
        return refused(error.message, 413)
    if scripted():
        return state_of(draft, typed)
    if request.form.get("do") == "preview":
        return redirect(url_for("drafts.show", number=number), 303)
    for message in typed.messages or (f"{clock(now())} 下書きを保存しました。",):
        notify(message, NoticeKind.INFO if typed.messages else NoticeKind.SUCCESS)
    note, anchor = request.form.get("note", "")[:300] or None, typed.focus or None
    return redirect(url_for("drafts.edit", number=number, note=note, open=typed.unfolded, _anchor=anchor), 303)


@blueprint.get("/drafts/<number:number>/preview")
@access(Access.SIGNED_IN)
def show(number: int) -> str:
    """The manual as the own town would read it, as far as it can be read."""
    draft = own_draft(number)
    raw = editor_of(draft, whole=False).raw
    whole = isinstance(content_of_raw(raw["content"]), ManualContent)
    seen = ready(lenient_content(raw["content"]), spoken_values(raw), redacted=False)
    return render_template(
        "drafts/show.html",
        draft=draft,
        title=seen.content.title,
        whole=whole,
        article_html=render_article(seen),
        may_edit=may_write_draft(viewer(), draft) is not None,
        trail=trail("プレビュー", ("下書き", url_for("drafts.index")), _editor_link(draft)),
    )


@blueprint.route("/drafts/<number:number>/delete", methods=["GET", "POST"])
@access(Access.SIGNED_IN)
def delete(number: int) -> Response | str:
    """Ask whether the draft is to be thrown away, and do it."""
    draft = own_draft(number)
    if request.method == "GET":
        page = editor_of(draft, whole=False)
        here = trail("下書きを捨てる", ("下書き", url_for("drafts.index")), _editor_link(draft))
        return render_template("drafts/delete.html", draft=draft, title=page.title, trail=here)
    if request.form.get("sure") != "1":
        raise Invalid("捨ててよいかを確かめる画面から、もう一度お試しください。")
    discard_draft(session(), draft, by=viewer())
    notify("下書きを捨てました。")
    return redirect(url_for("drafts.index"), 303)


def _may_begin() -> bool:
    return may_write(viewer(), viewer().own_town or "") is not None


def _opened(draft: Draft) -> Response:
    return redirect(url_for("drafts.edit", number=draft.id), 303)


def _editor_link(draft: Draft) -> tuple[str, str]:
    return ("編集", url_for("drafts.edit", number=draft.id))


def _start_page(refusal: Refused | None) -> str:
    if not _may_begin():
        raise NotAllowed(_NO_ROLE)
    chosen = procedure(session(), text("procedure", 80)) if refusal is None else None
    return render_template(
        "drafts/new.html",
        refusal=refusal,
        chosen=chosen,
        phases=[one for one in phases(session()) if chosen and one.kind == chosen.kind],
        twins=twins_for(chosen.key) if chosen else (),
        procedures=procedures(session()),
        manuals=manuals_of_town(session(), viewer().own_town or ""),
        own=drafts_of(session(), viewer()),
        new_key=lambda: new_uid() + new_uid(),
        trail=trail("手順書を作る", ("下書き", url_for("drafts.index"))),
    )
