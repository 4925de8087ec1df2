"""Sizes of towns: those of a like population that share manuals."""

from flask import Blueprint, render_template, url_for

from kb.accounts.models import Municipality
from kb.accounts.sizes import SIZE_BANDS, size_band
from kb.errors import NotFound
from kb.web.access import Access, access
from kb.web.town_groups import group_tiles, scene, town_group
from kb.web.trail import trail

blueprint = Blueprint("sizes", __name__, url_prefix="/sizes")
_LABELS = {band.key: band.label for band in SIZE_BANDS}


@blueprint.get("")
@access(Access.ANYONE)
def index() -> str:
    """The size bands that have a town here, smallest first."""
    tiles = group_tiles(scene(), _band_of, _LABELS, "sizes.show", "band")
    return render_template(
        "sizes/index.html", groups=tiles, trail=trail("団体の規模", ("団体", url_for("towns.index")))
    )


@blueprint.get("/<slug:band>")
@access(Access.ANYONE)
def show(band: str) -> str:
    """One size band: its towns, and the bands beside it."""
    if band not in _LABELS:
        raise NotFound
    keys = list(_LABELS)
    place = keys.index(band)
    beside = [*keys[max(place - 1, 0) : place], *keys[place + 1 : place + 2]]
    return render_template(
        "sizes/show.html",
        name=_LABELS[band],
        group=town_group(scene(), _band_of, band, "size"),
        neighbours=[(_LABELS[key], url_for("sizes.show", band=key)) for key in beside],
        trail=trail(_LABELS[band], ("団体", url_for("towns.index")), ("団体の規模", url_for("sizes.index"))),
    )


def _band_of(town: Municipality) -> str | None:
    band = size_band(town.population)
    return band.key if band else None
