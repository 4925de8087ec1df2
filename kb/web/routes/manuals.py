"""A manual's page."""

from flask import Blueprint, Response, render_template, request

from kb.errors import NotFound
from kb.publishing.history import editions
from kb.publishing.queries import article_of, live_publication
from kb.web import asking
from kb.web.access import Access, access
from kb.web.adoption_rows import on_manual
from kb.web.current import now, parts, quiet, session, viewer
from kb.web.exemplar_line import exemplar_line
from kb.web.fork_line import fork_line
from kb.web.input import this_address
from kb.web.kept_pages import encoded
from kb.web.like_line import like_line
from kb.web.own_manuals import keeping
from kb.web.reading import links, live_or_404, provenance_text, related_links
from kb.web.remembering import remember
from kb.web.report_form import report_form
from kb.web.rows import edition_row, row
from kb.web.trail import manual_trail

blueprint = Blueprint("manuals", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str | Response:
    """The live edition of a manual; anonymous readers get a kept page."""
    if viewer().signed_in:
        shown = _page(code, slug)
        _count()
        return shown
    page = parts().pages.page(
        request.path,
        now(),
        quiet(),
        live=lambda: live_publication(session(), viewer(), now(), code, slug),
        render=lambda: _page(code, slug),
    )
    if page is None:
        raise NotFound
    _count()
    body, headers = encoded(page, request.headers.get("Accept-Encoding", ""))
    return Response(body, headers=headers)


def _count() -> None:
    """The page was opened, by whomever; what looks at headers only opens nothing."""
    if request.method == "GET":
        parts().readers.opened(request.path, now())
        asking.opened()


def _page(code: str, slug: str) -> str:
    listed = live_or_404(code, slug)
    found = editions(session(), viewer(), now(), listed.manual_id, code)
    remember(listed)
    return render_template(
        "manuals/show.html",
        manual=row(listed, viewer()),
        article_html=article_of(session(), viewer(), listed),
        trail=manual_trail(listed.title, code, listed.town_name),
        links=links(listed),
        editions=[edition_row(edition, code, slug) for edition in found],
        provenance=provenance_text(listed.provenance),
        related=related_links(listed),
        license=listed.license,
        keeping=keeping(listed),
        adoptions=on_manual(listed),
        likes=like_line(listed),
        exemplar=exemplar_line(listed),
        forks=fork_line(listed),
        report_form=report_form(listed) if viewer().signed_in else None,
        return_to=this_address(query=False),  # a kept page is shared by everybody who asks for this path
    )
