"""The history of a manual: every edition at its own address, for those who may read it."""

from flask import Blueprint, render_template

from kb.errors import NotFound
from kb.publishing.history import History, history, listed_edition
from kb.publishing.queries import Listed, article_of
from kb.web.access import Access, access
from kb.web.current import now, session, viewer
from kb.web.reading import links, provenance_text
from kb.web.rows import edition_row, manual_url, row
from kb.web.trail import manual_trail

blueprint = Blueprint("editions", __name__, url_prefix="/towns/<code:code>/manuals/<slug:slug>/editions")


@blueprint.get("")
@access(Access.ANYONE)
def index(code: str, slug: str) -> str:
    """All editions, newest first."""
    found = _history_or_404(code, slug)
    newest = listed_edition(session(), viewer(), found.editions[0])
    return render_template(
        "editions/index.html",
        manual=row(newest, viewer()),
        editions=[edition_row(edition, code, slug) for edition in found.editions],
        live_edition=found.live.edition if found.live else None,
        trail=manual_trail("版の一覧", code, newest.town_name, *_way_back(found, newest)),
    )


@blueprint.get("/<number:edition>")
@access(Access.ANYONE)
def show(code: str, slug: str, edition: int) -> str:
    """One edition; an old one says so and leads to the live one."""
    found = _history_or_404(code, slug)
    wanted = next((one for one in found.editions if one.edition == edition), None)
    if wanted is None:
        raise NotFound
    listed = listed_edition(session(), viewer(), wanted)
    around = links(listed)
    return render_template(
        "editions/show.html",
        manual=row(listed, viewer()),
        article_html=article_of(session(), viewer(), listed),
        live=row(found.live, viewer()) if found.live else None,
        links=around,
        provenance=provenance_text(listed.provenance),
        trail=manual_trail(f"第{edition}版", code, listed.town_name, *_way_back(found, listed)),
    )


def _way_back(found: History, listed: Listed) -> list[tuple[str, str]]:
    """The step to the manual's own page, which is not there once the manual is withdrawn."""
    return [(listed.title, manual_url(listed.town_code, listed.slug))] if found.live else []


def _history_or_404(code: str, slug: str) -> History:
    found = history(session(), viewer(), now(), code, slug)
    if found is None:
        raise NotFound
    return found
