"""The site map: every address that everybody may open, for programs that collect them."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from kb.errors import NotFound
from kb.web.access import Access, access
from kb.web.current import now, session
from kb.web.shared_answer import shared_answer
from kb.web.site_addresses import Place, newest, parts, places, sitemap, sitemap_index

blueprint = Blueprint("sitemap", __name__)
MEDIA_TYPE = "application/xml"


@blueprint.get("/sitemap.xml")
@access(Access.ANYONE)
def index() -> Response:
    """The pages; or, where they are too many for one file, the files that hold them."""
    found = parts(places(session(), now()))
    if len(found) == 1:
        return shared_answer(sitemap(found[0]), MEDIA_TYPE)
    files = [Place(url_for("sitemap.show", part=number), newest(part)) for number, part in enumerate(found, 1)]
    return shared_answer(sitemap_index(files), MEDIA_TYPE)


@blueprint.get("/sitemaps/<number:part>")
@access(Access.ANYONE)
def show(part: int) -> Response:
    """One of the files."""
    found = parts(places(session(), now()))
    if part > len(found):
        raise NotFound
    return shared_answer(sitemap(found[part - 1]), MEDIA_TYPE)
