"""いいね: staff of towns that take part say which manuals helped them."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from kb.errors import Conflict, Invalid, NotAllowed
from kb.likes.actions import like, take_back
from kb.likes.models import LikeReason
from kb.likes.rules import may_like
from kb.publishing.queries import Listed
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import form_number, form_text
from kb.web.notices import notify
from kb.web.reading import live_or_404
from kb.web.rows import manual_url

blueprint = Blueprint("likes", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/likes")
NOT_YOURS = "いいねができるのは、ものさしに参加している団体の職員です。"
ANCHOR = "likes"
_TYPED = 40


@blueprint.get("")
@access(Access.ANYONE)
def index(code: str, slug: str) -> Response:
    """The address of a refused form, opened again: back to the manual."""
    return _back(live_or_404(code, slug))


@blueprint.post("")
@access(Access.SIGNED_IN)
def create(code: str, slug: str) -> Response:
    """Like the edition that was seen, or say why it is liked."""
    listed = live_or_404(code, slug)
    if not may_like(viewer(), listed.town_code, listed.audience):
        raise NotAllowed(NOT_YOURS)
    _check_edition(listed)
    like(session(), listed, _reasons(), by=viewer(), at=now())
    notify(f"第{listed.edition}版にいいねしました。")
    return _back(listed)


@blueprint.post("/delete")
@access(Access.SIGNED_IN)
def delete(code: str, slug: str) -> Response:
    """Take the own like back."""
    listed = live_or_404(code, slug)
    take_back(session(), listed, by=viewer(), at=now())
    notify("いいねを取り消しました。")
    return _back(listed)


def _check_edition(listed: Listed) -> None:
    """What is recorded is the live edition; the form says only which one the person has seen."""
    seen = form_number("edition")
    if seen is None:
        raise Invalid("どの版へのいいねかがわかりません。手順書の画面からやり直してください。")
    if seen != listed.edition:
        raise Conflict(
            f"いま公開されているのは第{listed.edition}版です。手順書を開き直し、読んでから、いいねしてください。"
        )


def _reasons() -> list[LikeReason] | None:
    """The reasons that were chosen; None when the form did not ask for them and none was chosen."""
    chosen = request.form.getlist("reasons")
    known = [reason.value for reason in LikeReason]
    if any(text not in known for text in chosen):
        raise Invalid("いいねの理由は、画面にあるものから選んでください。")
    if not chosen and form_text("why", _TYPED) != "yes":
        return None
    return [LikeReason(text) for text in chosen]


def _back(listed: Listed) -> Response:
    return redirect(manual_url(listed.town_code, listed.slug, ANCHOR), 303)
