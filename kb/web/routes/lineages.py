"""The lineage of a manual: from which it was taken, and which towns took it over."""

from flask import Blueprint, render_template

from kb.forks.lineage import lineage
from kb.forks.queries import fork_counts
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.reading import live_or_404, provenance_text
from kb.web.rows import manual_url, row
from kb.web.trail import manual_trail

blueprint = Blueprint("lineages", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/lineage")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str:
    """The tree around the live manual, as far as this viewer may read it."""
    listed = live_or_404(code, slug)
    above = (listed.title, manual_url(code, slug))
    return render_template(
        "lineages/show.html",
        manual=row(listed, viewer()),
        lineage=lineage(session(), viewer(), now(), listed.manual_id),
        towns=fork_counts(session(), [listed.manual_id]).get(listed.manual_id, 0),
        provenance=provenance_text(listed.provenance),
        trail=manual_trail("系譜", code, listed.town_name, above),
    )
