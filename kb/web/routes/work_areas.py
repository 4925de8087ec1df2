"""The tree of work areas."""

from flask import Blueprint, render_template, url_for

from kb.errors import NotFound
from kb.publishing.counts import counts_by_procedure, counts_by_work_area, towns_by_procedure
from kb.publishing.queries import live_manuals
from kb.standards.queries import procedures, work_areas
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.input import page
from kb.web.paging import PER_PAGE, pages
from kb.web.rows import row
from kb.web.tiles import area_tiles, procedure_tile
from kb.web.trail import trail

blueprint = Blueprint("work_areas", __name__, url_prefix="/work-areas")


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """All work areas with counts."""
    tiles = area_tiles(work_areas(session()), counts_by_work_area(session(), viewer(), now()))
    return render_template("work_areas/index.html", areas=tiles, trail=trail("業務分類"))


@blueprint.get("/<workarea:code>")
@access(Access.ANYONE)
def show(code: str) -> str:
    """One work area: below it, its procedures and its manuals."""
    tiles = area_tiles(work_areas(session()), counts_by_work_area(session(), viewer(), now()))
    large = next((tile for tile in tiles if tile.code == code[:1]), None)
    area = next((tile for tile in (large, *large.children) if tile.code == code), None) if large else None
    if large is None or area is None:
        raise NotFound
    towns = towns_by_procedure(session(), viewer(), now())
    manuals = counts_by_procedure(session(), viewer(), now())
    number = page()
    listed = live_manuals(session(), viewer(), now(), work_area=code, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    if number > 1 and not listed:
        raise NotFound
    above = () if area is large else ((large.name, large.url),)
    return render_template(
        "work_areas/show.html",
        area=area,
        children=area.children,
        procedures=[
            procedure_tile(procedure, towns, manuals)
            for procedure in procedures(session())
            if procedure.work_area_code.startswith(code) and procedure.key in manuals
        ],
        rows=[row(one, viewer()) for one in listed],
        pages=pages(area.count, number, lambda page: url_for("work_areas.show", code=code, page=page)),
        trail=trail(area.name, ("業務分類", url_for("work_areas.index")), *above),
    )
