"""What the templates call a row: a live manual with its address and the words of the page."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from kb.accounts.rules import Viewer
from kb.common_format.figures import Figures
from kb.japanese.notation import local_date
from kb.publishing.history import Edition
from kb.publishing.queries import Listed
from kb.web.exemplar_line import exemplary_now


@dataclass(frozen=True)
class Row:
    """A list row, and the status line of a manual's page."""

    title: str
    slug: str
    town_name: str
    town_code: str
    procedure_name: str
    work_area_name: str
    audience: str
    audience_label: str
    edition: int
    published_on: date
    confirmed_on: date
    confirmed_by: str
    change_note: str
    figures: Figures | None
    annual_volume: int | None
    is_own: bool
    exemplar: bool

    @property
    def url(self) -> str:
        """Its address; made when it is asked for, because a comparison ranks hundreds of rows and shows twenty."""
        return manual_url(self.town_code, self.slug)


@dataclass(frozen=True)
class EditionRow:
    """A line in the list of editions."""

    edition: int
    url: str
    published_on: date
    change_note: str
    audience: str
    audience_label: str


def manual_url(code: str, slug: str, anchor: str | None = None) -> str:
    """Address of a manual, opened at an anchor."""
    return url_for("manuals.show", code=code, slug=slug, _anchor=anchor)


def row(listed: Listed, viewer: Viewer) -> Row:
    """The row of a live manual."""
    return Row(
        title=listed.title,
        slug=listed.slug,
        town_name=listed.town_name,
        town_code=listed.town_code,
        procedure_name=listed.procedure_name or "",
        work_area_name=listed.work_area_name or "",
        audience=listed.audience.value,
        audience_label=listed.audience.label,
        edition=listed.edition,
        published_on=local_date(listed.published_at),
        confirmed_on=local_date(listed.confirmed_at),
        confirmed_by=listed.confirmed_by,
        change_note=listed.change_note,
        figures=listed.figures,
        annual_volume=listed.volume,
        is_own=viewer.municipality_code == listed.town_code,
        exemplar=listed.manual_id in exemplary_now(),
    )


def edition_row(edition: Edition, code: str, slug: str) -> EditionRow:
    """The line of an edition."""
    return EditionRow(
        edition=edition.edition,
        url=url_for("editions.show", code=code, slug=slug, edition=edition.edition),
        published_on=local_date(edition.live_from),
        change_note=edition.change_note,
        audience=edition.audience.value,
        audience_label=edition.audience.label,
    )
