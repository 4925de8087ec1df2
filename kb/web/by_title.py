"""The results page while the search index cannot be read: found by title, told so, and kept nowhere."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from flask import Response, make_response, render_template

from kb.errors import NotFound
from kb.japanese.kana import to_hiragana
from kb.japanese.width import fold_with_map
from kb.publishing.titled import Titled, titled, words_of
from kb.search.index import Hit, Hits, Snippet
from kb.web.asked import Asked, asked
from kb.web.current import now, session, viewer, words
from kb.web.found import found_rows
from kb.web.paging import PER_PAGE, pages


def answer() -> Response:
    """What the current request finds by title. No page lies behind the last one."""
    wanted = asked()
    hits = _hits(wanted)
    if wanted.page > 1 and not hits.hits:
        raise NotFound
    page = make_response(
        render_template(
            "search/_by_title.html",
            q=wanted.text,
            kept=wanted.kept(),
            total=hits.total,
            hits=found_rows(hits, wanted.filters.get("town", ())),
            unheard=sorted(set(wanted.filters) - {"town"}),
            again=wanted.url(page=wanted.page),
            pages=pages(hits.total, wanted.page, lambda number: wanted.url(page=number)),
        )
    )
    page.headers["Cache-Control"] = "private, no-store"  # the next look may find everything again
    return page


def _hits(wanted: Asked) -> Hits:
    looked_for = words_of(wanted.text)
    called = {known: one.called for known, one in words().procedures.items()}
    found = titled(session(), viewer(), now(), looked_for, called, wanted.filters.get("town", ()))
    first = (wanted.page - 1) * PER_PAGE
    return Hits(len(found), tuple(_hit(one, looked_for) for one in found[first : first + PER_PAGE]), {})


def _hit(one: Titled, looked_for: tuple[str, ...]) -> Hit:
    return Hit(
        str(one.manual_id), 0.0, marked(one.title, looked_for), None, Snippet(()), {"manual": str(one.manual_id)}
    )


def marked(title: str, looked_for: tuple[str, ...]) -> Snippet:
    """A title cut where the words stand in it, however they are written there."""
    folded = fold_with_map(title)
    compared = to_hiragana(folded.text)  # sign for sign
    signs = [False] * len(title)
    for word in looked_for:
        at = compared.find(word)
        while at >= 0:
            start, end = folded.span(at, at + len(word))
            signs[start:end] = [True] * (end - start)
            at = compared.find(word, at + len(word))
    return Snippet(tuple(_runs(title, signs)))


def _runs(title: str, signs: list[bool]) -> Iterator[tuple[str, bool]]:
    for looked_for, run in groupby(zip(title, signs, strict=True), key=itemgetter(1)):
        yield "".join(sign for sign, _ in run), looked_for
