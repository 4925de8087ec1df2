"""確認済み(変更なし): somebody looked through the live edition and found nothing to change."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kb.errors import Invalid, NotAllowed
from kb.publishing.actions import confirm
from kb.publishing.rules import may_confirm
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import form_number
from kb.web.notices import notify
from kb.web.own_manuals import own_manual, place

blueprint = Blueprint("confirmations", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/confirmations")
NOT_YOURS = "手順書を確認済みにする役割がありません。所属の作成者か承認者に頼んでください。"


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, slug: str) -> Response:
    """Record it for the edition that was seen."""
    manual, _ = own_manual(code, slug)
    if may_confirm(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    edition = form_number("edition")
    if edition is None:
        raise Invalid("どの版の確認かがわかりません。手順書の画面からやり直してください。")
    confirm(session(), manual, by=viewer(), at=now(), edition=edition)
    notify(f"第{edition}版を、確認済み(変更なし)として記録しました。")
    return redirect(url_for("manuals.show", **place(manual)), 303)
