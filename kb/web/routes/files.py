"""A manual as a file: text form and JSON."""

from flask import Blueprint, Response

from kb.errors import NotFound
from kb.exchange.formats import FORMATS
from kb.web.access import Access, access
from kb.web.reading import file_of, live_or_404, revision_of

blueprint = Blueprint("files", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/files/<form>")
@access(Access.ANYONE)
def show(code: str, slug: str, form: str) -> Response:
    """The live edition as a download in one of `FORMATS`."""
    listed = live_or_404(code, slug)
    wanted = FORMATS.get(form)
    if wanted is None:
        raise NotFound
    file = file_of(listed, revision_of(listed))
    response = Response(wanted.write(file), content_type=wanted.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{wanted.file_name(file.envelope)}"'
    return response
