"""Facets of a result page: names for values, counts, and addresses that add or remove a condition."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kb.accounts.rules import Viewer
from kb.search.index import Hits
from kb.web.asked import Asked
from kb.web.vocabulary import Words

LABELS = {"town": "団体", "area": "業務分類", "size": "団体の規模", "phase": "工程"}
"""Facets that are offered beside the results."""
_CHOSEN = {**LABELS, "procedure": "業務"}
"""Those that may be chosen elsewhere too."""
MOST_SHOWN = 10
"""Values of a facet that are offered; chosen ones always are."""


@dataclass(frozen=True)
class FacetValue:
    """One condition that can be added or taken off."""

    label: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True)
class Facet:
    """A kind of condition with its values."""

    label: str
    values: list[FacetValue]


def facets(words: Words, asked: Asked, hits: Hits) -> list[Facet]:
    """The facets of a result, most frequent values first."""
    return [Facet(label, _values(words, name, asked, hits)) for name, label in LABELS.items()]


def _values(words: Words, name: str, asked: Asked, hits: Hits) -> list[FacetValue]:
    counts = dict(hits.facets.get(name, ()))
    held = asked.filters.get(name, ())
    shown = list(dict.fromkeys([*held, *list(counts)[:MOST_SHOWN]]))
    names = _names(words, name, shown)
    return [
        FacetValue(names[value], counts.get(value, 0), asked.url(toggle=(name, value)), value in held)
        for value in shown
        if value in names
    ]


def chosen(words: Words, asked: Asked) -> list[tuple[str, str]]:
    """The conditions in force as (label, address without it)."""
    found = []
    for name, values in asked.filters.items():
        names = _names(words, name, values)
        found += [(f"{_CHOSEN[name]}: {names.get(value, value)}", asked.url(toggle=(name, value))) for value in values]
    return found


def own_town(viewer: Viewer, asked: Asked, hits: Hits) -> FacetValue | None:
    """The quick condition 「当町」; None for somebody without a town."""
    code = viewer.municipality_code
    if code is None:
        return None
    count = dict(hits.facets.get("town", ())).get(code, 0)
    selected = code in asked.filters.get("town", ())
    return FacetValue(viewer.municipality_name, count, asked.url(toggle=("town", code)), selected)


def _names(words: Words, facet: str, values: Sequence[str]) -> Mapping[str, str]:
    known = words.names(facet)
    return {value: value for value in values} if known is None else known
