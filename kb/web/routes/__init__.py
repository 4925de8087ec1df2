"""One module per page family."""

from flask import Flask, Response, redirect

from kb.web.access import Access, access
from kb.web.input import CodeConverter, NumberConverter, PrefectureConverter, SlugConverter, WorkAreaConverter
from kb.web.pages import static_file
from kb.web.routes import (
    account,
    activity,
    adoptions,
    archivals,
    asked_words,
    assignments,
    confirmations,
    decisions,
    departments,
    desk,
    drafts,
    editions,
    exemplars,
    explanations,
    feeds,
    files,
    forks,
    health,
    help,
    holdings,
    home,
    invitations,
    likes,
    lineages,
    links,
    manuals,
    people,
    posts,
    prefectures,
    prints,
    procedures,
    publications,
    recent_searches,
    reports,
    revisions,
    robots,
    rosters,
    saved_searches,
    schemas,
    search,
    search_feeds,
    sessions,
    sheets,
    sitemap,
    sizes,
    suggestions,
    suspensions,
    towns,
    undertakings,
    votes,
    waivers,
    wishes,
    work_areas,
)

FAMILIES = (
    home,
    search,
    suggestions,
    explanations,
    work_areas,
    procedures,
    towns,
    prefectures,
    sizes,
    manuals,
    editions,
    drafts,
    revisions,
    sheets,
    prints,
    files,
    publications,
    waivers,
    confirmations,
    archivals,
    holdings,
    likes,
    exemplars,
    forks,
    lineages,
    adoptions,
    decisions,
    wishes,
    votes,
    undertakings,
    desk,
    saved_searches,
    search_feeds,
    recent_searches,
    reports,
    sessions,
    account,
    invitations,
    people,
    suspensions,
    links,
    rosters,
    departments,
    posts,
    assignments,
    activity,
    asked_words,
    help,
    feeds,
    sitemap,
    robots,
    schemas,
    health,
)


def init_app(app: Flask) -> None:
    """Register the converters and every page family."""
    app.url_map.merge_slashes = False  # a redirect would repeat the address that the proxy used, not the public one
    app.url_map.converters |= {
        "code": CodeConverter,
        "slug": SlugConverter,
        "number": NumberConverter,
        "workarea": WorkAreaConverter,
        "prefecture": PrefectureConverter,
    }
    for family in FAMILIES:
        app.register_blueprint(family.blueprint)
    app.add_url_rule("/favicon.ico", "favicon", _favicon)


@access(Access.ANYONE)
def _favicon() -> Response:
    return redirect(static_file("favicon.ico"), 301)  # type: ignore[return-value]  # werkzeug's response
