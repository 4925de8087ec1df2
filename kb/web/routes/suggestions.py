"""Suggestions while typing, for the script of the search box."""

import json

from flask import Blueprint, Response, url_for

from kb.search.index import IndexUnusable
from kb.web.access import Access, access
from kb.web.current import parts, viewer, words
from kb.web.input import text
from kb.web.suggesting import LONGEST, MOST, Kind, Suggestion, mixed

blueprint = Blueprint("suggestions", __name__, url_prefix="/search/suggestions")


@blueprint.get("")
@access(Access.ANYONE)
def index() -> Response:
    """Up to eight names that what is typed (`q`) may become; of manuals, titles that the viewer may read."""
    typed = text("q", LONGEST)
    found = {**words().suggestible.suggested(typed), Kind.MANUAL: _titles(typed)} if typed else {}
    said = json.dumps({"suggestions": [_said(one) for one in mixed(found)]}, ensure_ascii=False)
    answer = Response(said, content_type="application/json; charset=utf-8")
    if not viewer().signed_in:
        answer.headers["Cache-Control"] = "private, max-age=60"
    return answer


def _titles(typed: str) -> list[Suggestion]:
    try:
        titles = parts().index.suggest(typed, viewer().own_town, viewer().member, MOST)
    except IndexUnusable as error:
        parts().caretaker.noticed(error)
        return []  # the other names are no less true
    return [Suggestion(Kind.MANUAL, title) for title in titles]


def _said(one: Suggestion) -> dict[str, str]:
    return {"kind": one.kind.value, "text": one.text, "note": one.note, "url": _page(one)}


def _page(one: Suggestion) -> str:
    """The page of a procedure or a town; "" for what is searched for when it is chosen."""
    if one.kind is Kind.PROCEDURE:
        return url_for("procedures.show", key=one.key)
    return url_for("towns.show", code=one.key) if one.kind is Kind.TOWN else ""
