"""保管: manuals that are out of use, and taking them out of use and up again."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.errors import Invalid, NotAllowed
from kb.manuals.models import Manual, Revision
from kb.publishing.actions import archive, take_up
from kb.publishing.holdings import archived_manuals
from kb.publishing.rules import may_archive
from kb.publishing.standing import standing
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.notices import notify
from kb.web.own_manuals import keeping_trail, own_manual, place
from kb.web.publication_form import LONGEST, sent_line
from kb.web.trail import manual_trail

blueprint = Blueprint("archivals", __name__, url_prefix="/towns/<code:code>")
_MANUAL = "/manuals/<slug:slug>/archival"
NOT_YOURS = "手順書を保管したり再開したりする役割がありません。所属の承認者か管理者に頼んでください。"


@blueprint.get("/archivals")
@access(Access.OWN_TOWN)
def index(code: str) -> str:
    """The town's manuals that are out of use."""
    return render_template(
        "archivals/index.html",
        code=code,
        archived=archived_manuals(session(), code),
        trail=manual_trail("保管した手順書", code, viewer().municipality_name),
    )


@blueprint.get(f"{_MANUAL}/new")
@access(Access.OWN_TOWN)
def new(code: str, slug: str) -> str:
    """The form that takes a manual out of use; while it is live, the way to end that first."""
    manual, newest = own_manual(code, slug)
    _check_role(code)
    return _form(manual, newest)


@blueprint.post(_MANUAL)
@access(Access.OWN_TOWN)
def create(code: str, slug: str) -> Response | tuple[str, int]:
    """Take a manual out of use."""
    manual, newest = own_manual(code, slug)
    _check_role(code)
    reason = sent_line("reason")
    if not reason:
        return _form(manual, newest, wrong="保管する理由を書いてください。"), 422
    try:
        archive(session(), manual, by=viewer(), at=now(), reason=reason)
    except Invalid as refused:
        return _form(manual, newest, reason, refused.message), 422
    notify("手順書を保管しました。再開するまで、使っている手順書の一覧に出ません。")
    return redirect(url_for("publications.show", **place(manual)), 303)


@blueprint.post(f"{_MANUAL}/delete")
@access(Access.OWN_TOWN)
def delete(code: str, slug: str) -> Response:
    """Take a manual up again."""
    manual, _ = own_manual(code, slug)
    _check_role(code)
    take_up(session(), manual, by=viewer(), at=now())
    notify("手順書の使用を再開しました。公開するには、公開の画面で公開してください。")
    return redirect(url_for("publications.show", **place(manual)), 303)


def _check_role(code: str) -> None:
    if may_archive(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)


def _form(manual: Manual, newest: Revision, reason: str = "", wrong: str = "") -> str:
    return render_template(
        "archivals/new.html",
        manual=manual,
        title=newest.title,
        standing=standing(session(), manual.id, now()),
        reason=reason,
        wrong=wrong,
        longest=LONGEST,
        trail=keeping_trail("保管する", manual, newest.title),
    )
