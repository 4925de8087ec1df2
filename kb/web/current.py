"""The current request's unit of work: its settings, moment, session and viewer.

One request is one transaction. Reading requests see one snapshot; writing ones take the write lock at their first
statement and are committed only when the answer is a success.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from sqlalchemy import Engine
from sqlmodel import Session

from kb.accounts.queries import viewer as viewer_of
from kb.accounts.rules import ANYONE, Viewer
from kb.config import Settings
from kb.db import abandon, finish, open_session
from kb.exemplars.queries import next_change as next_exemplar_change
from kb.publishing.next_change import next_change as next_publication_change
from kb.search.index import Index
from kb.web.asked_counts import AskedCounts
from kb.web.caretaker import Caretaker
from kb.web.kept_pages import KeptPages
from kb.web.kept_results import KeptResults
from kb.web.kept_rows import KeptRows
from kb.web.quiet import Quiet, QuietTimes
from kb.web.reader_counts import ReaderCounts
from kb.web.vocabulary import Vocabulary, Words

_EXTENSION = "kb"


@dataclass(frozen=True)
class Parts:
    """What an application is made of; made once by `create_app`."""

    settings: Settings
    engine: Engine
    index: Index
    clock: Callable[[], datetime]
    quiet_times: QuietTimes
    pages: KeptPages
    results: KeptResults
    rows: KeptRows
    vocabulary: Vocabulary
    readers: ReaderCounts
    asked: AskedCounts
    caretaker: Caretaker


def init_app(app: Flask, parts: Parts) -> None:
    """Give an application its parts and the unit of work."""
    app.extensions[_EXTENSION] = parts
    app.after_request(_end_unit_of_work)
    app.teardown_request(_abandon_what_is_left)


def parts() -> Parts:
    """The current application's parts."""
    found: Parts = current_app.extensions[_EXTENSION]
    return found


def now() -> datetime:
    """The moment of this request; the same for all of it."""
    if "now" not in g:
        g.now = parts().clock()
    moment: datetime = g.now
    return moment


def session() -> Session:
    """The database session of this request, opened at first use."""
    if "session" not in g:
        _counter()
        g.session = open_session(parts().engine, write=_writes())
    opened: Session = g.session
    return opened


def quiet() -> Quiet:
    """The time around this request in which nothing changes that is public."""
    return parts().quiet_times.learn(now(), _counter(), _next_change)


def _next_change() -> datetime | None:
    """The next moment at which something public begins or ends by itself, in any room that has such things."""
    foreseen = (ask(session(), now()) for ask in (next_publication_change, next_exemplar_change))
    return min((moment for moment in foreseen if moment is not None), default=None)


def _counter() -> int | None:
    """The state of the database just before this request began to read it."""
    if "counter" not in g:
        g.counter = parts().quiet_times.counter()
    counter: int | None = g.counter
    return counter


def words() -> Words:
    """The words that searches are read and told with."""
    return parts().vocabulary.words(session(), now())


def viewer() -> Viewer:
    """Who is looking."""
    if "viewer" not in g:
        known = current_user.is_authenticated
        g.viewer = (viewer_of(session(), current_user.number, now()) if known else None) or ANYONE
    found: Viewer = g.viewer
    return found


def _writes() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in ("GET", "HEAD", "OPTIONS") and getattr(view, "writes", True)


def _end_unit_of_work(response: Response) -> Response:
    opened: Session | None = g.pop("session", None)
    if opened is None:
        return response
    if not _writes() or response.status_code >= 400:
        abandon(opened)
        return response
    finish(opened)
    parts().caretaker.carry(now())
    return response


def _abandon_what_is_left(_error: BaseException | None) -> None:
    opened: Session | None = g.pop("session", None)
    if opened is not None:
        abandon(opened)
