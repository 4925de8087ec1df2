"""A search result as the page shows it: what the index matched, with what the database says now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from urllib.parse import quote

from flask import get_template_attribute
from markupsafe import Markup, escape

from kb.accounts.rules import Viewer
from kb.publishing.queries import live_by_manual
from kb.search.index import Hit, Hits, Snippet
from kb.searches.news import began_since
from kb.web.adoption_rows import UseRow, used_by
from kb.web.current import now, parts, quiet, session, viewer
from kb.web.grouped import GroupLine
from kb.web.kept_rows import Line
from kb.web.rows import row


@dataclass(frozen=True)
class Found:
    """A result: a line, with its title and a sentence marked and an address that opens at the matching passage."""

    line: Line
    title: Markup
    snippet: Markup
    passage_title: str
    url: str
    adopted: Markup
    """That a town uses it: the viewer's own, or another one that was asked for; empty when none does."""
    new: bool = False
    """It began after the moment that was asked for."""
    group: GroupLine | None = None
    """What it stands for, when results are put together by procedure."""


def found_rows(
    hits: Hits,
    towns: Collection[str] = (),
    since: datetime | None = None,
    groups: Mapping[str, GroupLine] = MappingProxyType({}),
) -> list[Found]:
    """The results in the order of the hits; what is no longer live for the viewer is dropped.

    `towns` are those that were asked for: what one of them only uses is told as 採用. What began after `since` is new. `groups`
    says for which hit ids what they stand for.
    """
    numbered = [(int(hit.stored["manual"]), hit) for hit in hits.hits]
    lines = _lines([number for number, _ in numbered], viewer())
    used = used_by(
        [number for number, line in lines.items() if line.town_code not in towns], set(towns) - {viewer().own_town}
    )
    new = began_since(session(), viewer(), now(), since, [number for number, _ in numbered]) if since else {}
    return [
        replace(_found(hit, lines[number], used.get(number, ()), number in new), group=groups.get(hit.id))
        for number, hit in numbered
        if number in lines
    ]


def _lines(manual_ids: Sequence[int], eyes: Viewer) -> dict[int, Line]:
    def make(missing: Sequence[int]) -> Mapping[int, Line]:
        where, ribbon = (get_template_attribute("components/hit.html", name) for name in ("where", "ribbon"))
        rows = {id_: row(listed, eyes) for id_, listed in live_by_manual(session(), eyes, now(), missing).items()}
        own = used_by(rows, [eyes.own_town] if eyes.own_town else [])
        return {
            id_: Line(one.url, where(one), ribbon(one), one.town_code, _adopted(own.get(id_, ())))
            for id_, one in rows.items()
        }

    return parts().rows.lines(manual_ids, eyes, quiet(), make)


def _adopted(used: Sequence[UseRow]) -> Markup:
    said: Markup = get_template_attribute("adoptions/_hit.html", "adopted")(used)
    return said


def _found(hit: Hit, line: Line, used: Sequence[UseRow], new: bool) -> Found:
    return Found(
        line=line,
        title=marked(hit.title),
        snippet=marked(hit.snippet),
        passage_title=hit.passage.title if hit.passage else "",
        url=f"{line.url}#{quote(hit.passage.anchor)}" if hit.passage else line.url,
        adopted=line.adopted + _adopted(used) if used else line.adopted,
        new=new,
    )


def marked(snippet: Snippet) -> Markup:
    """A text with its matches in <mark>; lines of different fields are kept apart."""
    pieces = (
        f"<mark>{escape(text)}</mark>" if matched else escape(text.replace("\n", " / "))
        for text, matched in snippet.runs
    )
    return Markup("".join(pieces))  # noqa: S704  # every piece is escaped above
