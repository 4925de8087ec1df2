"""One module per page family."""

from flask import Flask, Response, redirect, url_for

from kb.web.access import Access, access
from kb.web.input import CodeConverter, NumberConverter, SlugConverter, WorkAreaConverter
from kb.web.routes import (
    account,
    activity,
    archivals,
    assignments,
    confirmations,
    departments,
    desk,
    drafts,
    editions,
    files,
    health,
    help,
    holdings,
    home,
    invitations,
    links,
    manuals,
    people,
    posts,
    prints,
    procedures,
    publications,
    reports,
    revisions,
    rosters,
    schemas,
    search,
    sessions,
    sheets,
    suspensions,
    towns,
    waivers,
    work_areas,
)

FAMILIES = (
    home,
    search,
    work_areas,
    procedures,
    towns,
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
    desk,
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
    help,
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
    }
    for family in FAMILIES:
        app.register_blueprint(family.blueprint)
    app.add_url_rule("/favicon.ico", "favicon", _favicon)


@access(Access.ANYONE)
def _favicon() -> Response:
    return redirect(url_for("static", filename="favicon.ico"), 301)  # type: ignore[return-value]  # werkzeug's response
