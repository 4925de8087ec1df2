"""Letting stand what looks like personal data and is none, with a reason."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.common_format.privacy import PersonalData
from kb.errors import Invalid, NotAllowed, NotFound
from kb.manuals.models import Manual, Revision
from kb.manuals.queries import content_of
from kb.publishing.actions import waive
from kb.publishing.concerns import Concern, concerns, joined
from kb.publishing.rules import may_waive
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import choice, form_text, text
from kb.web.notices import notify
from kb.web.own_manuals import keeping_trail, own_manual, place
from kb.web.publication_form import LONGEST, sent_line

blueprint = Blueprint("waivers", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/waivers")
_KINDS = {kind.name.lower(): kind for kind in PersonalData}
NOT_YOURS = "個人情報ではないことを確認する役割がありません。所属の作成者か承認者に頼んでください。"


@dataclass(frozen=True)
class Typed:
    """Where something was found, why it may stand, and what is wrong with the reason."""

    path: str
    kind: str
    reason: str = ""
    wrong: str = ""


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str, slug: str) -> str:
    """What was found in one field, and the form that asks why it may stand."""
    manual, newest = own_manual(code, slug)
    _check_role(code)
    return _form(manual, newest, Typed(text("path", LONGEST), choice("kind", tuple(_KINDS)) or ""))


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, slug: str) -> Response | tuple[str, int]:
    """Keep the decision and go back to publishing."""
    manual, newest = own_manual(code, slug)
    _check_role(code)
    path, kind = form_text("path", LONGEST), form_text("kind", 20)
    if not path or kind not in _KINDS:
        raise Invalid("どの項目の確認かがわかりません。公開の画面からやり直してください。")
    reason = sent_line("reason")
    try:
        waive(session(), manual, by=viewer(), at=now(), path=path, kind=_KINDS[kind], reason=reason)
    except Invalid as refused:
        return _form(manual, newest, Typed(path, kind, reason, refused.message)), 422
    notify("個人情報ではないことを確認しました。この項目の文字を変えると、もう一度確認が要ります。")
    return redirect(url_for("publications.new", **place(manual)), 303)


def _check_role(code: str) -> None:
    if may_waive(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)


def _form(manual: Manual, newest: Revision, typed: Typed) -> str:
    above = ("公開する", url_for("publications.new", **place(manual)))
    return render_template(
        "waivers/new.html",
        manual=manual,
        title=newest.title,
        concern=_concern(manual, newest, typed),
        typed=typed,
        longest=LONGEST,
        trail=keeping_trail("個人情報の確認", manual, newest.title, above),
    )


def _concern(manual: Manual, newest: Revision, typed: Typed) -> Concern:
    found = concerns(session(), manual.id, content_of(newest), newest.parameter_values)
    kind = _KINDS.get(typed.kind)
    concern = next((one for one in found if (joined(one.path), one.kind) == (typed.path, kind)), None)
    if concern is None:
        raise NotFound
    return concern
