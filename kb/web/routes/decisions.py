"""What a town decides when a manual that it uses has a newer edition: to go over to it, or to stay."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from kb.adoptions.actions import common_text, stay, switch
from kb.adoptions.declared import Declared, adoption_seen
from kb.adoptions.rules import NOT_YOURS, may_change
from kb.errors import Invalid, NotAllowed, NotFound
from kb.web.access import Access, access
from kb.web.adoption_rows import adoption_url
from kb.web.current import now, session, viewer
from kb.web.input import form_number, form_text
from kb.web.notices import NoticeKind, notify

blueprint = Blueprint("decisions", __name__, url_prefix="/towns/<code:code>/adoptions/<number:number>/decisions")
SWITCH, STAY = "switch", "stay"


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, number: int) -> Response:
    """Decide about the newer edition that the page showed."""
    declared = adoption_seen(session(), viewer(), now(), code, number)
    if declared is None:
        raise NotFound
    if may_change(viewer(), code) is None:
        raise NotAllowed(NOT_YOURS)
    choice, edition = form_text("choice", 20), form_number("edition")
    if choice not in (SWITCH, STAY) or edition is None:
        raise Invalid("新しい版に切り替えるか、いまの版のまま使うかを、もう一度選んでください。")
    decided = _switched(declared, edition) if choice == SWITCH else _stayed(declared, edition)
    return redirect(adoption_url(code, decided), 303)


def _switched(declared: Declared, edition: int) -> int:
    made = switch(session(), declared, edition, by=viewer(), at=now())
    assert declared.live is not None  # noqa: S101  # else `switch` has refused; this tells the type checker
    known, there = (
        {parameter.key: None for parameter in common_text(session(), revision_id).parameters}
        for revision_id in (declared.revision_id, declared.live.revision_id)
    )
    added = [key for key in there if key not in known]
    notify(f"第{edition}版に切り替えました。")
    if added:
        notify(
            f"自分の団体の言葉を入れるところが増えました({'、'.join(added[:3])}{'など' if added[3:] else ''})。"
            "「採用の内容を変える」で入れられます。",
            NoticeKind.INFO,
        )
    return made.id


def _stayed(declared: Declared, edition: int) -> int:
    kept = stay(session(), declared, edition, by=viewer())
    notify(f"第{declared.edition}版のまま使います。さらに新しい版が公開されたら、マイデスクに表示します。")
    return kept.id
