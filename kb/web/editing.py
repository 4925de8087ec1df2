"""Finding the draft that an address names, and putting its editor together."""

from collections.abc import Collection, Iterable
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Provenance
from kb.common_format.privacy import PersonalData
from kb.common_format.raw import ForgedForm
from kb.common_format.walk import Path
from kb.errors import NotFound
from kb.manuals.drafting import draft_raw, raw_content
from kb.manuals.models import Draft, Manual, Revision
from kb.manuals.queries import drafts_beside, newest_revision
from kb.manuals.rules import may_open_draft
from kb.publishing.concerns import concerns, waived_in
from kb.standards.queries import phases, procedure, procedures, vocabulary, work_areas
from kb.web.current import session, viewer
from kb.web.editor import Editor, Options, Waived, offered, standing
from kb.web.errors import error_page
from kb.web.reading import provenance_text
from kb.web.trail import trail
from kb.web.writing import UNFOLD, TooMuch, Typed, differences, resent_fields, says_the_same, typed_in

FORGED = "画面にない項目が送られたため、受け付けませんでした。下書きは前のままです。編集画面を開き直してください。"
OVERTAKEN = "この下書きは、別の画面で書き替えられています。この画面の入力は、まだ保存していません。"


def own_draft(number: int) -> Draft:
    """The viewer's draft. Raises NotFound for a missing one and for another person's alike."""
    draft = session().get(Draft, number)
    if draft is None or not may_open_draft(viewer(), draft):
        raise NotFound
    return draft


def manual_of(draft: Draft) -> Manual | None:
    """The manual that a draft is on; None while it is to be a new one."""
    return session().get(Manual, draft.manual_id) if draft.manual_id else None


def publication_page(manual: Manual) -> str | None:
    """Address of the page that publishes a manual; None where that is not offered."""
    if "publications.new" not in current_app.view_functions:
        return None
    return url_for("publications.new", code=manual.municipality_code, slug=manual.slug)


def editor_of(draft: Draft, *, note: str = "", open_items: Iterable[str] = (), whole: bool = True) -> Editor:
    """What the editor shows of a draft; without `whole` only how it stands, for which no select is filled."""
    raw = draft_raw(raw_content(draft), draft.raw.get("values", {}), draft.raw.get("slug", ""))
    options = _options(raw["content"]["procedure"].strip()) if whole else {}
    known = standing(draft, raw, vocabulary(session()), _waived(draft))
    return Editor(draft, raw, known, options, note, frozenset(open_items))


def _waived(draft: Draft) -> Waived:
    def waived(content: ManualContent, values: dict[str, str]) -> Collection[tuple[Path, PersonalData]]:
        manual_id = draft.manual_id
        return waived_in(concerns(session(), manual_id, content, values)) if manual_id is not None else ()

    return waived


def _options(key: str) -> dict[str, Options]:
    chosen = procedure(session(), key)
    return offered(procedures(session()), work_areas(session()), phases(session()), chosen.kind if chosen else "")


def editor_values(editor: Editor) -> dict[str, Any]:
    """What the templates of the editor need beside the editor itself."""
    draft, manual = editor.draft, manual_of(editor.draft)
    base = session().get(Revision, draft.base_revision_id) if draft.base_revision_id else None
    newest = newest_revision(session(), manual.id) if manual else None
    return {
        "editor": editor,
        "manual": manual,
        "base": base,
        "newer": newest if newest and base and newest.id != base.id else None,
        "beside": drafts_beside(session(), draft),
        "provenance": provenance_text(Provenance.model_validate(draft.provenance)) if draft.provenance else None,
        "trail": trail(editor.title, ("下書き", url_for("drafts.index"))),
    }


def scripted() -> bool:
    """Whether a script asks, which puts the answer into the page that is open."""
    return "HX-Request" in request.headers


def refused(message: str, status: int) -> tuple[str, int]:
    """Why nothing was kept: a sentence for a script, a page for everybody else."""
    if not scripted():
        return error_page(status, message), status
    return f'<p role="alert">{message}</p>', status


def _back_to_editor(draft: Draft) -> Response:
    return redirect(url_for("drafts.edit", number=draft.id), 303)


def state_of(draft: Draft, typed: Typed) -> str:
    """What a script puts into the open page: the bar, and the list or card that a button changed."""
    changed = _changed(typed)
    page = editor_of(draft, open_items=typed.unfolded, whole=bool(changed))
    return render_template(
        "drafts/state.html",
        **editor_values(page),
        messages=typed.messages,
        focus=typed.focus,
        changed=changed,
    )


def _changed(typed: Typed) -> str:
    """Name of the list or card to draw anew: a card for what happens inside a step, else the whole list; "" for none."""
    operation, asked = typed.operation, request.form.get("do", "")
    if operation is None:
        return "list:steps" if asked == "paste" else typed.focus if asked.startswith(UNFOLD) else ""
    inside = len(operation.path) > 2
    return f"steps.{operation.path[1]}" if inside and operation.path[0] == "steps" else f"list:{operation.path[0]}"


def overtaken(draft: Draft) -> Response | str | tuple[str, int]:
    """The draft was written from another window. Nothing is overwritten unseen; what says the same is no trouble."""
    if says_the_same(draft):
        return state_of(draft, Typed(draft.raw)) if scripted() else _back_to_editor(draft)
    if scripted():
        return refused(OVERTAKEN, 409)
    try:
        fits = bool(typed_in(draft, act=False).raw)
    except (ForgedForm, TooMuch):
        fits = False
    page = render_template(
        "drafts/overtaken.html",
        draft=draft,
        differences=differences(draft),
        fields=resent_fields() if fits else None,
        note=request.form.get("note", "")[:300],
        trail=trail(
            "ほかの画面との重なり",
            ("下書き", url_for("drafts.index")),
            ("編集", url_for("drafts.edit", number=draft.id)),
        ),
    )
    return page, 409
