"""The manuals of one procedure beside each other: what a row says, the orders, and what a list is narrowed by."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import Session

from kb.accounts.models import Municipality
from kb.accounts.prefectures import borders_from, prefecture_code
from kb.accounts.rules import Viewer
from kb.accounts.sizes import SizeBand, size_band
from kb.adoptions.queries import adoption_counts
from kb.common_format.step import Medium
from kb.forks.queries import fork_counts
from kb.likes.queries import Count, counts
from kb.publishing.queries import Listed
from kb.web.current import now
from kb.web.rows import Row, row


class Rank(StrEnum):
    """An order of the rows."""

    NEAR = "near"
    PREFECTURE = "prefecture"
    SIZE = "size"
    ADOPTED = "adopted"
    LIKED = "liked"
    NEWEST = "newest"
    CONFIRMED = "confirmed"
    MINUTES = "minutes"
    STEPS = "steps"
    CORE = "core"
    TOWN = "town"


FROM_A_TOWN = frozenset({Rank.NEAR, Rank.PREFECTURE, Rank.SIZE})
"""Orders that begin at the viewer's own town, so that they are for people who have one."""
DESCENDING = frozenset({Rank.ADOPTED, Rank.LIKED, Rank.NEWEST, Rank.CONFIRMED})
"""Orders whose largest value comes first; the others begin with the smallest."""


@dataclass(frozen=True)
class Compared:
    """A town's manual as a row of the comparison. What is not known is None, and last in every order."""

    manual: Row
    media: frozenset[str]
    prefecture: str
    """Number of the prefecture."""
    population: int | None
    band: SizeBand | None
    borders: int | None
    """Prefecture borders between the viewer's town and this one; None when there is no way, or no town to begin at."""
    unlike: float | None
    """How far the populations are apart, as the size of the logarithm of their ratio: twice and half are equally far."""
    likes: Count
    adoptions: int
    forks: int

    @property
    def nearness(self) -> str:
        """What is said of another town that is near; empty for the others."""
        return {0: "同じ都道府県", 1: "隣の都道府県"}.get(-1 if self.borders is None else self.borders, "")


def compared(session: Session, viewer: Viewer, listed: Sequence[Listed], home: Municipality | None) -> list[Compared]:
    """The rows of live manuals in the order given; `home` is the town that nearness and likeness begin at."""
    ids = [one.manual_id for one in listed]
    likes = counts(session, ids, now())
    adoptions, forks = adoption_counts(session, ids), fork_counts(session, ids)
    borders = borders_from(prefecture_code(home.code)) if home else {}
    return [
        Compared(
            manual=row(one, viewer),
            media=media_of(one),
            prefecture=prefecture_code(one.town_code),
            population=one.town_population,
            band=size_band(one.town_population),
            borders=borders.get(prefecture_code(one.town_code)),
            unlike=_apart(home.population if home else None, one.town_population),
            likes=likes.get(one.manual_id, Count()),
            adoptions=adoptions.get(one.manual_id, 0),
            forks=forks.get(one.manual_id, 0),
        )
        for one in listed
    ]


def media_of(listed: Listed) -> frozenset[str]:
    """The media that a manual's steps use; 紙と電子 is both."""
    used = {medium for medium, _steps in listed.figures.media}
    both = {Medium.PAPER, Medium.DIGITAL} if Medium.MIXED in used else set()
    return frozenset(medium.value for medium in (used | both) - {Medium.MIXED})


def _apart(home: int | None, there: int | None) -> float | None:
    return abs(math.log(there / home)) if home and there else None


_Key = tuple[float, ...]
_KEYS: dict[Rank, Callable[[Compared], _Key | None]] = {
    Rank.NEAR: lambda one: None if one.borders is None else (not one.manual.is_own, one.borders),
    Rank.PREFECTURE: lambda one: None if one.borders is None else (not one.manual.is_own, one.borders > 0),
    Rank.SIZE: lambda one: None if one.unlike is None else (not one.manual.is_own, one.unlike),
    Rank.ADOPTED: lambda one: (one.adoptions,),
    Rank.LIKED: lambda one: (one.likes.towns, one.likes.people, one.likes.earlier_people),
    Rank.NEWEST: lambda one: (one.manual.published_on.toordinal(),),
    Rank.CONFIRMED: lambda one: (one.manual.confirmed_on.toordinal(),),
    Rank.MINUTES: lambda one: _known(one, "minutes"),
    Rank.STEPS: lambda one: _known(one, "steps"),
    Rank.CORE: lambda one: _known(one, "core_share"),
    Rank.TOWN: lambda one: (int(one.manual.town_code),),
}


def _known(one: Compared, figure: str) -> _Key | None:
    value: float | None = getattr(one.manual.figures, figure, None)
    return None if value is None else (value,)


def ranked(rows: Sequence[Compared], rank: Rank, *, turned: bool = False) -> list[Compared]:
    """The rows in an order, or in its opposite when `turned`; equal ones stay as they were, and the unknown come last."""
    key = _KEYS[rank]
    known = [(value, one) for one in rows if (value := key(one)) is not None]
    known.sort(key=lambda pair: pair[0], reverse=(rank in DESCENDING) != turned)
    return [*(one for _, one in known), *(one for one in rows if key(one) is None)]
