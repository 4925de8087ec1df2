"""A manual's page."""

from flask import Blueprint, render_template

from kb.errors import NotFound
from kb.publishing.history import editions
from kb.publishing.queries import article_of, live_article
from kb.web.access import Access, access
from kb.web.current import now, parts, session, viewer
from kb.web.reading import links, live_or_404, provenance_text, related_links
from kb.web.rows import edition_row, row
from kb.web.trail import manual_trail

blueprint = Blueprint("manuals", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str:
    """The live edition of a manual. Anonymous readers get the stored article in a kept frame."""
    if viewer().signed_in:
        return _page(code, slug, None)
    found = live_article(session(), viewer(), now(), code, slug)
    if found is None:
        raise NotFound
    if found.article is None:
        return _page(code, slug, None)
    head, tail = parts().frames.around(found.publication_id, now(), lambda mark: _page(code, slug, mark))
    return head + found.article + tail


def _page(code: str, slug: str, article: str | None) -> str:
    listed = live_or_404(code, slug)
    found = editions(session(), viewer(), now(), listed.manual_id, code)
    return render_template(
        "manuals/show.html",
        manual=row(listed, viewer()),
        article_html=article_of(session(), viewer(), listed) if article is None else article,
        trail=manual_trail(listed.title, code, listed.town_name),
        links=links(listed),
        editions=[edition_row(edition, code, slug) for edition in found],
        provenance=provenance_text(listed.provenance),
        related=related_links(listed),
        license=listed.license,
    )
