"""What towns value, for the first page: exemplars, what is adopted most and what is liked most."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.exemplars.queries import exemplars
from kb.publishing.queries import Listed
from kb.ranking.queries import most_adopted, most_liked
from kb.web.current import now, parts, session, viewer
from kb.web.rows import Row, row

MOST = 5
"""Places of each list."""


@dataclass(frozen=True)
class Place:
    """A line: the manual, and why it stands there."""

    row: Row
    note: str


@dataclass(frozen=True)
class Valued:
    """The three lists; empty ones are not shown."""

    exemplars: Sequence[Place]
    adopted: Sequence[Place]
    liked: Sequence[Place]
    """Always empty when the settings switch ranking by likes off."""


def valued() -> Valued:
    """The lists for the viewer."""
    asked = (session(), viewer(), now(), MOST)
    liked = most_liked(*asked) if parts().settings.rank_by_likes else []
    return Valued(
        exemplars=[_place(one.listed, one.reason) for one in exemplars(*asked)],
        adopted=[_place(one.listed, f"{one.towns}団体が採用") for one in most_adopted(*asked)],
        liked=[_place(one.listed, f"{one.towns}団体がいいね") for one in liked],
    )


def _place(listed: Listed, note: str) -> Place:
    return Place(row(listed, viewer()), note)
