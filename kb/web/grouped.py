"""「業務でまとめる」: what a result says when it stands for all manuals of a procedure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import url_for

from kb.search.index import GROUPED_BY, Hits
from kb.web.asked import Asked
from kb.web.vocabulary import Words


@dataclass(frozen=True)
class GroupLine:
    """A procedure with how much of it was found, the address of all that, and of the comparison of towns."""

    name: str
    manuals: int
    towns: int
    url: str
    compare_url: str


def group_lines(hits: Hits, asked: Asked, words: Words) -> Mapping[str, GroupLine]:
    """Id of each hit that stands for several manuals to its line."""
    alone = replace(asked, grouped=False, filters={k: v for k, v in asked.filters.items() if k != GROUPED_BY})
    return {
        hit.id: GroupLine(
            words.procedures[hit.group.key].name,
            hit.group.manuals,
            hit.group.towns,
            alone.url(toggle=(GROUPED_BY, hit.group.key)),
            url_for("procedures.show", key=hit.group.key),
        )
        for hit in hits.hits
        if hit.group and hit.group.manuals > 1 and hit.group.key in words.procedures
    }
