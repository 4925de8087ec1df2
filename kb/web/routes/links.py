"""A new one-time link for somebody who lost the first one or forgot the password."""

from flask import Blueprint, render_template, url_for

from kb.accounts.models import User
from kb.staffing.actions import renew_link
from kb.staffing.entries import Problem, Unfit
from kb.staffing.models import InvitationReason
from kb.web.access import Access, access
from kb.web.administration import (
    REFUSALS,
    Form,
    administered,
    answer_code,
    frame,
    link_for,
    person_or_404,
    refused,
    typed,
)
from kb.web.current import now, session, viewer

blueprint = Blueprint("links", __name__, url_prefix="/towns/<code:code>/people/<number:person>/links")
NOT_SURE = Problem("sure", "本人からの依頼であることを確かめて、チェックを付けてください。")


@blueprint.get("/new")
@access(Access.OWN_TOWN)
def new(code: str, person: int) -> str:
    """What a new link does, and whether it is really that person who asks."""
    administered(code)
    return _form(code, person_or_404(code, person), Form())


@blueprint.post("")
@access(Access.OWN_TOWN)
def create(code: str, person: int) -> str | tuple[str, int]:
    """Make the link and show it, once."""
    administered(code)
    user, values = person_or_404(code, person), typed("sure")
    reason = InvitationReason.RESET if user.password_hash else InvitationReason.JOINING
    try:
        if values["sure"] != "yes":
            raise Unfit(NOT_SURE)
        token = renew_link(session(), user, by=viewer(), at=now())
    except REFUSALS as error:
        form = refused(values, error)
        return _form(code, user, form), answer_code(form)
    return render_template(
        "links/create.html",
        **frame(code, "新しいリンク", *_above(code, user)),
        link=link_for(user, token, reason),
        person_id=user.id,
    )


def _form(code: str, user: User, form: Form) -> str:
    return render_template(
        "links/new.html",
        **frame(code, "新しいリンクを作る", *_above(code, user)),
        form=form,
        name=user.name,
        person_id=user.id,
        forgotten=bool(user.password_hash),
    )


def _above(code: str, user: User) -> tuple[tuple[str, str], tuple[str, str]]:
    own = url_for("people.show", code=code, person=user.id)
    return ("職員", url_for("people.index", code=code)), (user.name, own)
