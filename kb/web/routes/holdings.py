"""Every manual that a town has in use, for its own people: what is live, and what was saved and waits to be published."""

from flask import Blueprint, render_template, url_for

from kb.accounts.queries import municipality_names
from kb.manuals.rules import may_write
from kb.publishing.holdings import active_manuals
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.trail import trail

blueprint = Blueprint("holdings", __name__)


@blueprint.get("/towns/<code:code>/holdings")
@access(Access.OWN_TOWN)
def index(code: str) -> str:
    """What waits to be published first, then by title."""
    held = active_manuals(session(), code, now())
    town = municipality_names(session())[code]
    return render_template(
        "holdings/index.html",
        code=code,
        town_name=town,
        waiting=[one for one in held if one.waiting],
        others=[one for one in held if not one.waiting],
        may_begin=may_write(viewer(), code) is not None,
        trail=trail("手順書の管理", ("団体", url_for("towns.index")), (town, url_for("towns.show", code=code))),
    )
