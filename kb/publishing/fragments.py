"""Stored fragments: the article of a manual rendered once at publication, per renderer and kind of reader.

The template is `templates/fragments/article.html`; it knows no request, so its links are anchors or absolute. A
fragment made by an older renderer is never shown: the key changes with the templates and with the code that feeds them.
"""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from kb.common_format.content import ManualContent
from kb.common_format.figures import Figures
from kb.common_format.redact import has_internal
from kb.config import ROOT
from kb.japanese.notation import FILTERS
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing.code_digest import digest_of
from kb.publishing.models import Fragment, Publication
from kb.publishing.views import ReadyContent, ready

_FIGURES = TypeAdapter(Figures)
_SOURCES = (
    "templates/fragments/*.html",
    "templates/components/*.html",
    "kb/markup/*.py",
    "kb/common_format/*.py",
    "kb/japanese/*.py",
    "kb/publishing/fragments.py",
    "kb/publishing/views.py",
)


def renderer() -> str:
    """Name of this renderer: a digest of the templates and code that a fragment depends on."""
    return digest_of(_SOURCES)[:16]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def compile_templates(pause: float = 0) -> None:
    """Compile what an article is made of before somebody publishes, resting `pause` seconds after each template."""
    for name in _environment().list_templates(filter_func=lambda name: name.startswith(("fragments/", "components/"))):
        _environment().get_template(name)
        time.sleep(pause)


def render_article(seen: ReadyContent) -> str:
    """The article as HTML that is safe to put into a page."""
    return (
        _environment()
        .get_template("fragments/article.html")
        .render(
            content=seen.content,
            figures=seen.figures,
            html={name: Markup(text) for name, text in seen.html.items()},  # noqa: S704  # sanitised by kb.markup
            flow_svg=Markup(seen.flow_svg),  # noqa: S704  # made by flow_svg, which escapes every text
            flow_text=seen.flow_text,
        )
    )


def make_fragment(revision: Revision, content: ManualContent, *, redacted: bool) -> Fragment:
    """Render a revision, whose content is given, for outsiders (`redacted`) or for its own town. Not yet kept."""
    seen = ready(content, revision.parameter_values, redacted=redacted)
    return Fragment(
        revision_id=revision.id,
        renderer=renderer(),
        redacted=redacted,
        article=render_article(seen),
        facts=_facts(seen, revision),
    )


def fragment_of(session: Session, revision: Revision, content: ManualContent, *, redacted: bool) -> Fragment:
    """The kept fragment of a revision, published or not, or one made for this moment."""
    kept = session.get(Fragment, (revision.id, renderer(), redacted))
    return kept or make_fragment(revision, content, redacted=redacted)


def _facts(seen: ReadyContent, revision: Revision) -> dict[str, Any]:
    content = seen.content
    return {
        "figures": _FIGURES.dump_python(seen.figures, mode="json"),
        "volume": content.annual_volume.total,
        "license": content.license,
        "related": [[one.municipality, one.slug, one.title] for one in content.related_manuals],
        "provenance": revision.provenance,
    }


def figures_in(facts: dict[str, Any]) -> Figures:
    """The figures in a fragment's facts."""
    return _FIGURES.validate_python(facts["figures"])


def keep_fragments(session: Session, revision: Revision, content: ManualContent | None = None) -> None:
    """Render a revision for both kinds of reader and keep the result; once, when both see the same.

    Nothing is done for a revision that this renderer has rendered: neither of them ever changes. Whoever has read its
    content already gives it.
    """
    if all(session.get(Fragment, (revision.id, renderer(), redacted)) for redacted in (True, False)):
        return
    content = content or content_of(revision)
    public = make_fragment(revision, content, redacted=True)
    if has_internal(content):
        own = make_fragment(revision, content, redacted=False)
    else:
        own = Fragment(**{**public.model_dump(), "redacted": False})
    for fragment in (public, own):
        session.merge(fragment)
    session.flush()


def lacking_fragments(session: Session) -> Sequence[Revision]:
    """Published revisions that this renderer has not rendered yet."""
    have = select(Fragment.revision_id).where(Fragment.renderer == renderer(), col(Fragment.redacted).is_(True))
    return session.exec(
        select(Revision)
        .where(col(Revision.id).in_(select(Publication.revision_id)), col(Revision.id).not_in(have))
        .order_by(col(Revision.id))
    ).all()


def forget_old_fragments(session: Session) -> None:
    """Remove what older renderers left."""
    for old in session.exec(select(Fragment).where(Fragment.renderer != renderer())):
        session.delete(old)
