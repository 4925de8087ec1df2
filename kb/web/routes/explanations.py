"""「なぜこの順?」: why a manual stands where it stands among the results of a search."""

from dataclasses import replace

from flask import Blueprint, render_template, url_for

from kb.errors import NotFound
from kb.publishing.documents import document_id
from kb.web.access import Access, access
from kb.web.asked import asked
from kb.web.current import now, parts, viewer, words
from kb.web.explained import why
from kb.web.facets import chosen
from kb.web.reading import live_or_404
from kb.web.result_order import query_of
from kb.web.rows import row
from kb.web.trail import trail

blueprint = Blueprint("explanations", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/explanation")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str:
    """The place of a manual in the search that the address states. What that search does not find is not there."""
    listed = live_or_404(code, slug)
    wanted = replace(asked(), path=url_for("search.index"))
    told = parts().index.explain(query_of(wanted), document_id(listed.manual_id), words().synonyms)
    if told is None:
        raise NotFound
    by_likes = parts().settings.rank_by_likes
    return render_template(
        "explanations/show.html",
        manual=row(listed, viewer()),
        asked=wanted,
        chosen=[label for label, _ in chosen(words(), wanted)],
        why=why(told, now(), by_likes=by_likes),
        by_likes=by_likes,
        results_url=wanted.url(page=wanted.page),
        trail=trail("なぜこの順?", ("検索結果", wanted.url(page=wanted.page))),
    )
