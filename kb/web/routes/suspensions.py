"""Stopping an account at once, with a reason, and resuming it."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.staffing.actions import REASON, disable_account, enable_account
from kb.web.access import Access, access
from kb.web.administration import REFUSALS, Form, administered, answer_code, frame, person_or_404, refused, typed
from kb.web.current import now, session, viewer
from kb.web.notices import notify

blueprint = Blueprint("suspensions", __name__, url_prefix="/towns/<code:code>/people/<number:person>/suspension")


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str, person: int) -> str:
    """What stopping means, and the form for it."""
    administered(code)
    return _form(code, person, Form())


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, person: int) -> Response | tuple[str, int]:
    """Stop the account."""
    administered(code)
    user, values = person_or_404(code, person), typed("reason")
    try:
        disable_account(session(), user, values["reason"], by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _form(code, person, form), answer_code(form)
    notify(f"{user.name}さんの利用を停止しました。")
    return redirect(url_for("people.show", code=code, person=person), 303)


@blueprint.post("/delete")
@access(Access.OWN_TOWN)
def delete(code: str, person: int) -> Response:
    """Resume the account."""
    administered(code)
    user = person_or_404(code, person)
    enable_account(session(), user, by=viewer(), at=now())
    notify(f"{user.name}さんの利用を再開しました。")
    return redirect(url_for("people.show", code=code, person=person), 303)


def _form(code: str, person: int, form: Form) -> str:
    user = person_or_404(code, person)
    above = ("職員", url_for("people.index", code=code)), (user.name, url_for("people.show", code=code, person=person))
    return render_template(
        "suspensions/new.html",
        **frame(code, "利用を停止する", *above),
        form=form,
        name=user.name,
        person_id=user.id,
        longest=REASON,
        own=user.id == viewer().user_id,
    )
