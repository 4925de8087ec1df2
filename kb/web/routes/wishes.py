"""ほしい手順書: what towns wish for."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.publishing.queries import live_manuals
from kb.web.access import Access, access
from kb.web.current import now, session, viewer, words
from kb.web.input import form_prose, form_text, text
from kb.web.near_work import near_work
from kb.web.notices import notify
from kb.web.trail import trail
from kb.web.wished import WishRow, asked_in_vain, wanted, wish_row, wish_url
from kb.wishes.actions import NOT_A_MEMBER, make_wish, remove
from kb.wishes.queries import wish_seen
from kb.wishes.rules import LONGEST, LONGEST_REASON, may_remove, may_wish, mistakes_in_reason

blueprint = Blueprint("wishes", __name__, url_prefix="/wanted")
TYPED = 400
"""Characters that a form may bring: more than is allowed, so that what is too long comes back to be cut, not lost."""
MOST_MANUALS = 1_000
"""Of a town, that it can point at."""


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """What is wished for, what is being written, what came true; for staff also what was asked for in vain."""
    return render_template(
        "wishes/index.html",
        wanted=wanted(),
        missed=asked_in_vain(),
        may_wish=may_wish(viewer()),
        trail=trail("ほしい手順書"),
    )


@blueprint.get("/new")
@access(Access.SIGNED_IN)
def new() -> str:
    """The words once more before everybody reads them; they come from a search in vain, or from a procedure."""
    _only_members()
    procedure = words().procedures.get(text("procedure", 80))
    return _form(procedure.name if procedure else text("q"), ())


@blueprint.post("")
@access(Access.SIGNED_IN)
def create() -> Response | tuple[str, int]:
    """Wish for it; what was wished for already gets the vote."""
    _only_members()
    said, sure = _line("words"), form_text("sure", 3) == "yes"
    try:
        wish = make_wish(session(), said, sure=sure, by=viewer(), at=now())
    except Invalid as refused:
        return _form(said, [refused.message]), 422
    except Conflict as refused:
        return _form(said, [refused.message]), 409
    seen = wish_seen(session(), viewer(), now(), wish.id)
    done = seen is not None and seen.came_true is not None
    notify(f"「{wish.words}」は、もうできています。" if done else f"「{wish.words}」を、ほしい手順書に載せました。")
    return redirect(wish_url(wish.id), 303)


@blueprint.get("/<number:number>")
@access(Access.ANYONE)
def show(number: int) -> str:
    """One wish, with what one can do about it."""
    return _page(_seen_or_404(number), "", ())


@blueprint.post("/<number:number>/delete")
@access(Access.SIGNED_IN)
def delete(number: int) -> Response | tuple[str, int]:
    """Take it away, with the reason."""
    row, reason = _seen_or_404(number), _line("reason")
    wrong = mistakes_in_reason(reason)
    if wrong and may_remove(viewer(), row.wish.asker_town):
        return _page(row, reason, wrong), 422
    remove(session(), number, reason, by=viewer(), at=now())
    notify(f"「{row.wish.words}」を取り除きました。")
    return redirect(url_for("wishes.index"), 303)


def _line(name: str) -> str:
    return " ".join(form_prose(name, TYPED).split())


def _only_members() -> None:
    if not may_wish(viewer()):
        raise NotAllowed(NOT_A_MEMBER)


def _form(said: str, found: Sequence[str]) -> str:
    return render_template(
        "wishes/new.html",
        words=said,
        mistakes=found,
        ask_sure=any("人の名前" in one for one in found),
        longest=LONGEST,
        near=near_work(said),
        trail=trail("ほしいと伝える", ("ほしい手順書", url_for("wishes.index"))),
    )


def _page(row: WishRow, reason: str, wrong: Sequence[str]) -> str:
    writes = row.may_undertake or row.may_give_back
    own = live_manuals(session(), viewer(), now(), town=viewer().own_town, limit=MOST_MANUALS) if writes else []
    return render_template(
        "wishes/show.html",
        row=row,
        near=near_work(row.wish.words) if row.wish.came_true is None else [],
        own=[(one.slug, one.title, one.manual_id) for one in own],
        reason=reason,
        wrong=wrong[0] if wrong else "",
        longest=LONGEST_REASON,
        trail=trail(row.wish.words, ("ほしい手順書", url_for("wishes.index"))),
    )


def _seen_or_404(number: int) -> WishRow:
    found = wish_seen(session(), viewer(), now(), number)
    if found is None:
        raise NotFound
    return wish_row(found)
