"""A search result as the page shows it: what the index matched, with what the database says now."""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.accounts.rules import Viewer
from kb.publishing.queries import Listed
from kb.search.index import Hit, Hits
from kb.web.rows import Row, manual_url, row

Runs = tuple[tuple[str, bool], ...]
"""Text cut into (text, is match)."""


@dataclass(frozen=True)
class Found:
    """A result: a row, with its title and a sentence marked and an address that opens at the matching passage."""

    row: Row
    title: Runs
    snippet: Runs
    passage_title: str
    url: str


def found_rows(hits: Hits, live: Mapping[int, Listed], viewer: Viewer) -> list[Found]:
    """The results in the order of the hits."""
    pairs = [(hit, live.get(int(hit.stored["manual"]))) for hit in hits.hits]
    return [_found(hit, listed, row(listed, viewer)) for hit, listed in pairs if listed is not None]


def _found(hit: Hit, listed: Listed, line: Row) -> Found:
    return Found(
        row=line,
        title=hit.title.runs,
        snippet=hit.snippet.runs,
        passage_title=hit.passage.title if hit.passage else "",
        url=manual_url(listed.town_code, listed.slug, hit.passage.anchor if hit.passage else None),
    )
