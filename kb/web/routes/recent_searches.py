"""最近さがした語: what a person searched for last is theirs to forget."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from kb.errors import Invalid
from kb.searches.actions import forget_recent
from kb.searches.rules import LONGEST_TEXT
from kb.web.access import Access, access
from kb.web.current import session, viewer
from kb.web.input import form_text
from kb.web.notices import notify

blueprint = Blueprint("recent_searches", __name__, url_prefix="/desk/recent-searches")
ALL = "1"


@blueprint.get("")
@access(Access.SIGNED_IN)
def index() -> Response:
    """Where they are shown: below the search box."""
    return redirect(url_for("search.index"), 303)


@blueprint.post("/delete")
@access(Access.SIGNED_IN)
def delete() -> Response:
    """Forget one, or all. Raises Invalid when the form names none."""
    text, everything = form_text("text", LONGEST_TEXT), form_text("all", 3) == ALL
    if not text and not everything:
        raise Invalid("消す言葉を選んでください。")
    forget_recent(session(), None if everything else text, by=viewer())
    notify("最近さがした語をすべて消しました。" if everything else f"「{text}」を最近さがした語から消しました。")
    return redirect(url_for("search.index"), 303)
