"""Searching manuals."""

from flask import Blueprint, Response, render_template, request

from kb.errors import NotFound
from kb.search.index import IndexUnusable
from kb.searches.queries import recent_searches
from kb.web import asking, by_title
from kb.web.access import Access, access
from kb.web.asked import asked
from kb.web.by_name import by_name
from kb.web.current import parts, quiet, session, viewer, words
from kb.web.facets import chosen, facets, own_town
from kb.web.found import found_rows
from kb.web.grouped import group_lines
from kb.web.kept_pages import encoded
from kb.web.meant import perhaps_meant
from kb.web.near_work import near_work
from kb.web.result_order import in_order
from kb.web.saved_searches import on_results
from kb.web.searched import remember_search
from kb.web.term_line import term_line

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str | Response:
    """Results with facets; where nothing has all that was asked for, near procedures. No page lies behind the last one. Anonymous readers get a kept page.

    By title, when the search index cannot be read.
    """
    try:
        return _page() if viewer().signed_in else _kept_page()
    except IndexUnusable as error:
        parts().caretaker.noticed(error)
        return by_title.answer()


def _kept_page() -> Response:
    question = request.environ.get("QUERY_STRING", "")  # as it came: two that only look alike are two questions
    page = parts().results.page(question, quiet(), parts().index.state(), _page)
    asking.sent()
    body, headers = encoded(page, request.headers.get("Accept-Encoding", ""))
    return Response(body, headers=headers)


def _page() -> str:
    typed = asked()
    answer = by_name(typed)
    wanted, hits = answer.wanted, answer.hits
    if wanted.page > 1 and not hits.hits:
        raise NotFound
    rows = found_rows(
        hits, wanted.filters.get("town", ()), wanted.since, group_lines(hits, wanted, words()) if hits.groups else {}
    )
    met = bool(rows) and hits.relaxed < hits.total
    asking.answered(typed, found=met)
    if wanted.page == 1:
        remember_search(typed.text)
    return render_template(
        "search/index.html",
        q=typed.text,
        exact=wanted.exact,
        total=hits.total,
        hits=rows,
        facets=facets(words(), wanted, hits),
        chosen=chosen(words(), wanted),
        own=own_town(viewer(), wanted, hits),
        term=term_line(wanted.text) if wanted.page == 1 else None,
        **in_order(wanted, hits),
        meant=perhaps_meant(wanted, hits),
        told=answer.told,
        offers=answer.offers,
        met=met,
        also=hits.also_searched,
        without=hits.without,
        relaxed=hits.relaxed,
        exact_url=wanted.url(exact=True),
        loose_url=wanted.url(exact=False) if wanted.exact else None,
        kept=typed.kept(),
        saving=on_results(wanted),
        recent=recent_searches(session(), viewer()) if viewer().signed_in and not wanted.text else (),
        since=wanted.since,
        near=[] if met or wanted.page > 1 else near_work(wanted.text),
    )
