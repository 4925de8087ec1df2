"""Feeds of saved searches: programs that read them sign in nowhere, so they hold what everybody may read and nothing else."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.accounts.rules import ANYONE
from kb.errors import NotFound
from kb.publishing.queries import live_by_manual
from kb.searches.actions import start_feed, stop_feed
from kb.searches.models import SavedSearch
from kb.searches.news import matches
from kb.searches.queries import search_fed_by
from kb.searches.rules import question_of
from kb.web.access import Access, access
from kb.web.current import now, parts, session, viewer, words
from kb.web.feeds import ENTRIES, MEDIA_TYPE, Feed, atom
from kb.web.notices import notify
from kb.web.saved_searches import asked_of, own_search
from kb.web.shared_answer import shared_answer

blueprint = Blueprint("search_feeds", __name__)
LONGEST_TOKEN = 100


@blueprint.get("/feeds/searches/<token>")
@access(Access.ANYONE)
def show(token: str) -> Response:
    """The feed at a secret address. No moment of last change goes with it: a name or the index changes without one."""
    search = search_fed_by(session(), token, now()) if len(token) <= LONGEST_TOKEN else None
    if search is None:
        raise NotFound
    kept = question_of(search.question)
    found = matches(parts().index, words().synonyms, kept.newest(ANYONE, ENTRIES))
    live = live_by_manual(session(), ANYONE, now(), found).values()
    editions = sorted(live, key=lambda one: (one.published_at, one.publication_id), reverse=True)
    feed = Feed(
        title=f"{search.name}|ものさし",
        own_path=request.script_root + request.path,
        page_path=asked_of(kept).url(),
        changed=max((one.published_at for one in editions), default=search.created_at),
        editions=editions,
    )
    return shared_answer(atom(feed), MEDIA_TYPE)


@blueprint.get("/desk/searches/<number:number>/feed")
@access(Access.SIGNED_IN)
def index(number: int) -> Response:
    """The address of a form, opened again: back to the saved search."""
    return _back(own_search(number))


@blueprint.post("/desk/searches/<number:number>/feed")
@access(Access.SIGNED_IN)
def create(number: int) -> Response:
    """Begin a feed, or give it another address."""
    search = own_search(number)
    before = search.feed_token
    start_feed(session(), search, by=viewer())
    notify("配信のアドレスを変えました。前のアドレスは使えません。" if before else "配信を始めました。")
    return _back(search)


@blueprint.post("/desk/searches/<number:number>/feed/delete")
@access(Access.SIGNED_IN)
def delete(number: int) -> Response:
    """End a feed."""
    search = own_search(number)
    stop_feed(session(), search, by=viewer())
    notify("配信を止めました。")
    return _back(search)


def _back(search: SavedSearch) -> Response:
    return redirect(url_for("saved_searches.edit", number=search.id, _anchor="feed"), 303)
