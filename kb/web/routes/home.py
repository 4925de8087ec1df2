"""The first page."""

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for

from kb.accounts.queries import participating
from kb.publishing.counts import counts_by_procedure, counts_by_town, counts_by_work_area
from kb.publishing.queries import live_manuals
from kb.standards.queries import work_areas
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.desk import waiting_for
from kb.web.rows import row
from kb.web.tiles import area_tiles, town_tile
from kb.web.valued import valued

blueprint = Blueprint("home", __name__)
WORDS = ("転入", "住民票", "児童手当", "罹災証明", "補助金")


@dataclass(frozen=True)
class Totals:
    """How much there is to find."""

    manuals: int
    procedures: int
    towns: int


@blueprint.get("/")
@access(Access.ANYONE)
def show() -> str:
    """Search first, then work areas, what towns value, newest editions and towns."""
    by_town = counts_by_town(session(), viewer(), now())
    by_area = counts_by_work_area(session(), viewer(), now())
    towns = participating(session(), now())
    return render_template(
        "home/show.html",
        areas=area_tiles(work_areas(session()), by_area),
        newest=[row(listed, viewer()) for listed in live_manuals(session(), viewer(), now(), limit=8)],
        valued=valued(),
        towns=[town_tile(town, by_town) for town in towns[:10]],
        totals=Totals(
            manuals=sum(by_town.values()),
            procedures=len(counts_by_procedure(session(), viewer(), now())),
            towns=len(towns),
        ),
        waiting=waiting_for(session(), viewer(), now()) if viewer().signed_in else None,
        words=[(word, url_for("search.index", q=word)) for word in WORDS] if by_town else [],
    )
