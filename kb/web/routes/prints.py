"""The full print of a manual."""

from flask import Blueprint, render_template

from kb.japanese.notation import local_date
from kb.publishing.queries import article_of
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.reading import absolute, links, live_or_404, provenance_text
from kb.web.rows import row

blueprint = Blueprint("prints", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/print")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str:
    """Everything of the live edition, for A4."""
    listed = live_or_404(code, slug)
    around = links(listed)
    return render_template(
        "manuals/print.html",
        manual=row(listed, viewer()),
        article_html=article_of(session(), viewer(), listed),
        page_url=absolute(around.manual),
        links=around,
        provenance=provenance_text(listed.provenance),
        printed_on=local_date(now()),
    )
