"""保存した条件: searches that a person keeps under a name, and what is new in them."""

import logging
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from kb.db import transaction
from kb.errors import Conflict, DomainError, Invalid
from kb.searches.actions import delete_search, look_at_search, rename_search, save_search
from kb.searches.models import SavedSearch
from kb.searches.queries import saved_as
from kb.searches.rules import LONGEST_NAME, MOST_SAVED, may_feed, question_of
from kb.web.access import Access, access
from kb.web.asked import asked
from kb.web.current import now, parts, session, viewer
from kb.web.input import form_prose, form_text
from kb.web.notices import notify
from kb.web.saved_searches import (
    conditions,
    feed_url,
    own_search,
    proposed_name,
    question_asked,
    results_url,
    saved_rows,
)
from kb.web.searched import PATIENCE
from kb.web.trail import Trail, trail

blueprint = Blueprint("saved_searches", __name__, url_prefix="/desk/searches")
TYPED = 1_000
"""Characters that a form may bring: more than is allowed, so that what is too long comes back to be cut, not lost."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NameForm:
    """The one field of the forms, for the macros."""

    name: str
    mistake: str = ""

    def value(self, _field: str) -> str:
        """What stands in the field."""
        return self.name

    def wrong(self, _field: str) -> str:
        """What is wrong with it, "" when nothing."""
        return self.mistake


@blueprint.get("")
@access(Access.SIGNED_IN)
def index() -> Response | str:
    """All saved searches with what is new; the address of a refused form, opened again, leads back to the form."""
    if question_asked(asked()).asks:
        return redirect(_new_url(), 303)
    return render_template(
        "saved_searches/index.html", rows=saved_rows(), most=MOST_SAVED, trail=_trail("保存した条件"), return_to=None
    )


@blueprint.get("/new")
@access(Access.SIGNED_IN)
def new() -> Response | str:
    """The form: the search stands in its address, a name is proposed."""
    kept = question_asked(asked())
    if not kept.asks:
        return redirect(url_for("search.index"), 303)
    former = saved_as(session(), viewer(), kept)
    return _new_page(NameForm(former.name if former else proposed_name(kept)))


@blueprint.post("")
@access(Access.SIGNED_IN)
def create() -> Response | tuple[str, int]:
    """Save the search in the address under the name in the form."""
    name = form_prose("name", TYPED)
    kept = question_asked(asked())
    if not kept.asks:
        raise Invalid("言葉か、しぼり込みの条件を入れて検索してから、保存してください。")
    try:
        saved = save_search(session(), kept, " ".join(name.split()), by=viewer(), at=now())
    except (Invalid, Conflict) as refused:
        return _new_page(NameForm(name, refused.message)), _status(refused)
    if saved.former_name not in (None, saved.search.name):
        notify(f"同じ条件を「{saved.former_name}」として保存していたので、名前を「{saved.search.name}」に変えました。")
    elif saved.former_name is not None:
        notify(f"この条件は「{saved.search.name}」として保存してあります。")
    else:
        notify(f"「{saved.search.name}」を保存しました。")
    return redirect(url_for("saved_searches.index"), 303)


@blueprint.get("/<number:number>")
@access(Access.SIGNED_IN)
def show(number: int) -> Response:
    """To the results, new ones marked; they are seen with that."""
    search = own_search(number)
    address = results_url(search, search.seen_at)
    if request.method == "GET":
        _looked_at(search)
    return redirect(address, 303)


@blueprint.get("/<number:number>/edit")
@access(Access.SIGNED_IN)
def edit(number: int) -> str:
    """Name, feed and deletion of a saved search."""
    search = own_search(number)
    return _edit_page(search, NameForm(search.name))


@blueprint.post("/<number:number>")
@access(Access.SIGNED_IN)
def update(number: int) -> Response | tuple[str, int]:
    """Give it another name."""
    search, name = own_search(number), form_prose("name", TYPED)
    try:
        rename_search(session(), search, " ".join(name.split()), by=viewer())
    except Invalid as refused:
        return _edit_page(search, NameForm(name, refused.message)), 422
    notify(f"名前を「{search.name}」に変えました。")
    return redirect(url_for("saved_searches.index"), 303)


@blueprint.route("/<number:number>/delete", methods=["GET", "POST"])
@access(Access.SIGNED_IN)
def delete(number: int) -> Response | str:
    """Ask whether a saved search is to be deleted, and do it."""
    search = own_search(number)
    if request.method == "GET":
        here = _trail("消す", ("保存した条件", url_for("saved_searches.index")))
        return render_template("saved_searches/delete.html", search=search, trail=here)
    if form_text("sure", 3) != "1":
        raise Invalid("消してよいかを確かめる画面から、もう一度お試しください。")
    name = search.name
    delete_search(session(), search, by=viewer())
    notify(f"「{name}」を消しました。")
    return redirect(url_for("saved_searches.index"), 303)


def _looked_at(search: SavedSearch) -> None:
    """Kept in a short transaction of its own, because a page only reads; when it cannot be kept, it stays new."""
    try:
        with transaction(parts().engine, patience=PATIENCE) as writing:
            look_at_search(writing, writing.get_one(SavedSearch, search.id), by=viewer(), at=now())
    except SQLAlchemyError:
        _log.warning("a look at a saved search was not kept", exc_info=True)


def _new_page(form: NameForm) -> str:
    kept = question_asked(asked())
    query = request.query_string.decode("ascii", "replace")
    return render_template(
        "saved_searches/new.html",
        form=form,
        conditions=conditions(kept),
        create_url=f"{url_for('saved_searches.create')}?{query}",
        results_url=asked().url(),
        longest=LONGEST_NAME,
        trail=_trail("条件を保存", ("保存した条件", url_for("saved_searches.index"))),
    )


def _edit_page(search: SavedSearch, form: NameForm) -> str:
    return render_template(
        "saved_searches/edit.html",
        search=search,
        form=form,
        conditions=conditions(question_of(search.question)),
        feed_url=feed_url(search),
        may_feed=may_feed(viewer(), search),
        longest=LONGEST_NAME,
        trail=_trail("名前と配信", ("保存した条件", url_for("saved_searches.index"))),
    )


def _new_url() -> str:
    return f"{url_for('saved_searches.new')}?{request.query_string.decode('ascii', 'replace')}"


def _status(refused: DomainError) -> int:
    return 409 if isinstance(refused, Conflict) else 422


def _trail(here: str, *above: tuple[str, str]) -> Trail:
    return trail(here, ("マイデスク", url_for("desk.show")), *above)
