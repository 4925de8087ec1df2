"""Finding the manual or edition that an address names, for the viewer; a stranger gets the same 404 as for nothing."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Envelope, ManualFile, Provenance
from kb.common_format.parameters import declared_values
from kb.common_format.redact import redact
from kb.errors import NotFound
from kb.japanese.notation import local_date
from kb.manuals.models import Revision
from kb.manuals.queries import content_of
from kb.publishing.queries import Listed, live_manual
from kb.publishing.rules import reads_redacted
from kb.publishing.views import readable_content
from kb.web.current import now, parts, session, viewer


def live_or_404(code: str, slug: str) -> Listed:
    """The live manual at an address. Raises NotFound."""
    found = live_manual(session(), viewer(), now(), code, slug)
    if found is None:
        raise NotFound
    return found


def revision_of(listed: Listed) -> Revision:
    """The revision behind a live manual."""
    return session().get_one(Revision, listed.revision_id)


def seen_content(listed: Listed, revision: Revision) -> ManualContent:
    """The content as this viewer may read it, in the town's own words."""
    redacted = reads_redacted(viewer(), listed.town_code)
    return readable_content(content_of(revision), revision.parameter_values, redacted=redacted)


def file_of(listed: Listed, revision: Revision) -> ManualFile:
    """The manual as a file for this viewer: common text, with the values of the words that are left in it."""
    content = content_of(revision)
    if reads_redacted(viewer(), listed.town_code):
        content = redact(content)
    return ManualFile(
        envelope=Envelope(
            municipality=listed.town_code,
            slug=listed.slug,
            audience=listed.audience,
            edition=listed.edition,
            published_on=local_date(listed.published_at),
            change_note=listed.change_note,
            provenance=listed.provenance,
            values=declared_values(content, revision.parameter_values),
        ),
        content=content,
    )


@dataclass(frozen=True)
class Links:
    """Addresses around a manual."""

    manual: str
    sheet: str
    print: str
    markdown: str
    json: str
    editions: str
    report: str
    town: str
    procedure: str | None
    provenance: str | None


def links(listed: Listed) -> Links:
    """The addresses around a live manual; the origin is linked only when this viewer can open it."""
    origin = listed.provenance
    place: dict[str, Any] = {"code": listed.town_code, "slug": listed.slug}
    return Links(
        manual=url_for("manuals.show", **place),
        sheet=url_for("sheets.show", **place),
        print=url_for("prints.show", **place),
        markdown=url_for("files.show", form="md", **place),
        json=url_for("files.show", form="json", **place),
        editions=url_for("editions.index", **place),
        report=url_for("reports.new", **place),
        town=url_for("towns.show", code=listed.town_code),
        procedure=url_for("procedures.show", key=listed.procedure_key) if listed.procedure_key else None,
        provenance=_manual_link(origin.municipality, origin.slug) if origin else None,
    )


def _manual_link(code: str, slug: str) -> str | None:
    found = live_manual(session(), viewer(), now(), code, slug)
    return url_for("manuals.show", code=code, slug=slug) if found else None


def related_links(listed: Listed) -> list[tuple[str, str | None]]:
    """Related manuals as (title, address); without address when this viewer cannot open it."""
    return [(title or slug, _manual_link(code or listed.town_code, slug)) for code, slug, title in listed.related]


def provenance_text(provenance: Provenance | None) -> str | None:
    """「青葉市『転入届の受付』(第3版)を基に作成」 with its licence."""
    if provenance is None:
        return None
    town = provenance.municipality_name or provenance.municipality
    title = provenance.title or provenance.slug
    return f"{town}『{title}』(第{provenance.edition}版、{provenance.license})を基に作成"


def absolute(path: str) -> str:
    """The address as others reach it: below the configured public address, or (demonstration) this machine's own.

    The Host header is never trusted beyond the loopback names that `TRUSTED_HOSTS` lets through.
    """
    settings = parts().settings
    if not settings.public_url:
        return request.host_url.rstrip("/") + path
    return settings.public_url.removesuffix(settings.base_path) + path
