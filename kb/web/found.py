"""A search result as the page shows it: what the index matched, with what the database says now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kb.accounts.rules import Viewer
from kb.common_format.figures import Figures
from kb.publishing.queries import Listed
from kb.search.index import Hit, Hits
from kb.web.rows import Row, manual_url, row

Runs = tuple[tuple[str, bool], ...]
"""Text cut into (text, is match)."""


@dataclass(frozen=True)
class Found:
    """A result: a row whose title and sentence are marked and whose address opens at the matching passage."""

    title: Runs
    snippet: Runs
    passage_title: str
    url: str
    town_name: str
    procedure_name: str
    work_area_name: str
    audience: str
    audience_label: str
    edition: int
    published_on: date
    confirmed_on: date
    confirmed_by: str
    figures: Figures | None


def found_rows(hits: Hits, live: Mapping[int, Listed], viewer: Viewer) -> list[Found]:
    """The results in the order of the hits."""
    pairs = [(hit, live.get(int(hit.stored["manual"]))) for hit in hits.hits]
    return [_found(hit, listed, row(listed, viewer)) for hit, listed in pairs if listed is not None]


def _found(hit: Hit, listed: Listed, line: Row) -> Found:
    return Found(
        title=hit.title.runs,
        snippet=hit.snippet.runs,
        passage_title=hit.passage.title if hit.passage else "",
        url=manual_url(listed.town_code, listed.slug, hit.passage.anchor if hit.passage else None),
        town_name=line.town_name,
        procedure_name=line.procedure_name,
        work_area_name=line.work_area_name,
        audience=line.audience,
        audience_label=line.audience_label,
        edition=line.edition,
        published_on=line.published_on,
        confirmed_on=line.confirmed_on,
        confirmed_by=line.confirmed_by,
        figures=line.figures,
    )
