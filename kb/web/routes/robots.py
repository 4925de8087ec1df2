"""What programs that walk through the pages are asked to leave alone (RFC 9309), and where the site map is."""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from kb.web.access import Access, access
from kb.web.reading import absolute
from kb.web.shared_answer import shared_answer

blueprint = Blueprint("robots", __name__)
LEFT_ALONE = ("/search", "/session", "/invitations/")
"""Questions without an end, and pages that are for persons alone. Nothing is hidden by naming it here."""


@blueprint.get("/robots.txt")
@access(Access.ANYONE)
def show() -> Response:
    """The file; under a sub-path the town's own one at the root of the host has to point here."""
    rules = [f"Disallow: {request.script_root}{path}" for path in LEFT_ALONE]
    lines = ["User-agent: *", *rules, "", f"Sitemap: {absolute(url_for('sitemap.index'))}", ""]
    return shared_answer("\n".join(lines).encode(), "text/plain")
