"""「もしかして」: what the page of a search that found nothing, or hardly anything, offers instead of a misspelt word."""

from dataclasses import replace

from kb.search.index import Hits
from kb.search.misspelt import Spellings, correctable, corrected
from kb.search.query_text import readable
from kb.web.asked import Asked
from kb.web.current import parts, viewer, words
from kb.web.result_order import query_of

FEW = 2
"""As many hits are hardly any."""
TITLES = 50
"""Titles that are compared with a word, of those that begin as it does."""


def perhaps_meant(wanted: Asked, hits: Hits) -> tuple[str, str] | None:
    """The query put right and its address; None when nothing is misspelt, or the other spelling finds no more.

    Names are public; titles are those that the viewer may read.
    """
    whole = hits.total - hits.relaxed
    if whole > FEW or not correctable(wanted.text):
        return None
    known = words().spellings
    found = corrected(wanted.text, [known]) or corrected(wanted.text, [known, _titles(wanted.text)])
    if found is None:
        return None
    instead = replace(wanted, text=found, page=1)
    better = parts().index.search(replace(query_of(instead), limit=1), words().synonyms)
    return (instead.text, instead.url()) if better.total - better.relaxed > whole else None


def _titles(text: str) -> Spellings:
    """Titles that begin as a word of the text does, of what the viewer may read."""
    beginnings = {word[: max(2, len(word) // 2)] for word in readable(text).split()}
    eyes = viewer()
    suggested = [parts().index.suggest(one, eyes.own_town, eyes.member, TITLES) for one in sorted(beginnings)]
    return Spellings((title, ()) for titles in suggested for title in titles)
