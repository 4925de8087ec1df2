"""The A4 summary of a manual: one page with a QR code to the live edition."""

import io

import segno
from flask import Blueprint, render_template
from markupsafe import Markup

from kb.common_format.figures import figures
from kb.japanese.notation import local_date
from kb.web.access import Access, access
from kb.web.current import now, viewer
from kb.web.reading import absolute, links, live_or_404, provenance_text, revision_of, seen_content
from kb.web.rows import row

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/towns/<code:code>/manuals/<slug:slug>/sheet")
@access(Access.ANYONE)
def show(code: str, slug: str) -> str:
    """The sheet of the live edition."""
    listed = live_or_404(code, slug)
    content = seen_content(listed, revision_of(listed))
    around = links(listed)
    page_url = absolute(around.manual)
    return render_template(
        "manuals/sheet.html",
        manual=row(listed, viewer()),
        content=content,
        figures=figures(content),
        qr_svg=qr_svg(page_url),
        page_url=page_url,
        links=around,
        provenance=provenance_text(listed.provenance),
        printed_on=local_date(now()),
    )


def qr_svg(address: str) -> Markup:
    """A QR code as inline SVG (JIS X 0510, error correction M)."""
    drawn = io.BytesIO()
    segno.make_qr(address, error="m").save(
        drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, title="この手順書のアドレス"
    )
    return Markup(drawn.getvalue().decode())  # noqa: S704  # made by segno from an address of ours
