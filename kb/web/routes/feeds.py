"""Atom feeds of the newest editions: all, or those of a procedure, a work area or a town. Only what everybody may read."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from kb.accounts.models import Municipality
from kb.accounts.queries import municipality
from kb.accounts.rules import ANYONE
from kb.errors import NotFound
from kb.publishing.last_change import last_change
from kb.publishing.queries import live_manuals
from kb.standards.models import Procedure, WorkArea
from kb.standards.queries import procedure, work_area
from kb.web.access import Access, access
from kb.web.current import now, session
from kb.web.feeds import ENTRIES, MEDIA_TYPE, Feed, atom
from kb.web.shared_answer import shared_answer

blueprint = Blueprint("feeds", __name__, url_prefix="/feeds")


@blueprint.get("/new.atom")
@blueprint.get("/procedures/<slug:key>/new.atom")
@blueprint.get("/work-areas/<workarea:area>/new.atom")
@blueprint.get("/towns/<code:code>/new.atom")
@access(Access.ANYONE)
def show(key: str | None = None, area: str | None = None, code: str | None = None) -> Response:
    """The feed at an address. It is the same for whoever is signed in: programs that read feeds are nobody."""
    name, page, narrowed = _subject(key, area, code)
    changed = last_change(session(), now(), **narrowed)
    feed = Feed(
        title=f"{name}の新しい版|ものさし" if name else "新しく公開された版|ものさし",
        own_path=request.script_root + request.path,
        page_path=page,
        changed=changed,
        editions=live_manuals(session(), ANYONE, now(), limit=ENTRIES, **narrowed),
    )
    return shared_answer(atom(feed), MEDIA_TYPE, changed)


def _subject(key: str | None, area: str | None, code: str | None) -> tuple[str, str, dict[str, Any]]:
    """What a feed is about: its name, the page of the same, and what the editions are narrowed by. Raises NotFound."""
    if key is not None:
        about = procedure(session(), key)
        return _named(about), url_for("procedures.show", key=key), {"procedure": key}
    if area is not None:
        found = work_area(session(), area)
        return _named(found), url_for("work_areas.show", code=area), {"work_area": area}
    if code is not None:
        town = municipality(session(), code)
        return _named(town), url_for("towns.show", code=code), {"town": code}
    return "", url_for("home.show"), {}


def _named(found: Procedure | WorkArea | Municipality | None) -> str:
    if found is None:
        raise NotFound
    return found.name
