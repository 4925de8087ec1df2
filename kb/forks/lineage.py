"""系譜: from which manuals one was taken, and which were taken from it, as far as somebody may read them.

A manual that the viewer may not read has no name here. Where readable ones hang below it, it stands there unnamed;
else it is only counted.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import select as columns
from sqlmodel import Session, col

from kb.accounts.rules import Viewer
from kb.forks.models import Fork
from kb.japanese.notation import local_date
from kb.publishing.models import Publication
from kb.publishing.queries import Listed, live_by_manual

MOST = 500
"""Manuals that are looked at in one direction: a page that names more helps nobody."""
DEEPEST = 12
"""Steps that are gone in one direction."""


@dataclass(frozen=True)
class Taking:
    """That one manual was taken from another: which edition of it, when, and how many steps (0 = the whole)."""

    edition: int
    at: datetime
    steps: int

    @property
    def on(self) -> date:
        """The day."""
        return local_date(self.at)


@dataclass(frozen=True)
class Node:
    """A manual in the tree, and how it is connected with the one above it. `listed` is None when it has no name here."""

    listed: Listed | None
    taking: Taking
    below: "Branches"


@dataclass(frozen=True)
class Branches:
    """What hangs at one place of the tree; `hidden` counts the manuals there and below that are not named."""

    nodes: tuple[Node, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class Lineage:
    """A manual's tree: upward, from what it was taken; downward, what was taken from it."""

    origins: Branches
    forks: Branches


_Edges: TypeAlias = Mapping[int, Mapping[int, Taking]]
"""From a manual to those next to it in one direction."""


def lineage(session: Session, viewer: Viewer, now: datetime, manual_id: int) -> Lineage:
    """The tree around a manual for this viewer."""
    up, down = _edges(session, manual_id, up=True), _edges(session, manual_id, up=False)
    near = {number for edges in (up, down) for next_to in edges.values() for number in next_to}
    named = live_by_manual(session, viewer, now, sorted(near)) if near else {}
    return Lineage(_branches(manual_id, up, named), _branches(manual_id, down, named))


def origins(
    session: Session, viewer: Viewer, now: datetime, manual_id: int, saved_at: datetime
) -> list[tuple[Listed, Taking]]:
    """From which manuals something had been taken when the revision of `saved_at` was saved.

    Those that the viewer may not read are left out.
    """
    taken = _next_to(session, [manual_id], up=True, until=saved_at).get(manual_id, {})
    named = live_by_manual(session, viewer, now, sorted(taken)) if taken else {}
    return [(named[number], taking) for number, taking in taken.items() if number in named]


def _edges(session: Session, root: int, *, up: bool) -> _Edges:
    """Each manual reached from `root` once, by its shortest way: whatever was taken from whom, this is a tree."""
    found: dict[int, dict[int, Taking]] = {}
    seen, frontier = {root}, [root]
    for _ in range(DEEPEST):
        if not frontier or len(seen) > MOST:
            break
        following: list[int] = []
        for number, next_to in sorted(_next_to(session, frontier, up=up).items()):
            fresh = {other: taking for other, taking in next_to.items() if other not in seen}
            found[number] = fresh
            seen |= fresh.keys()
            following += fresh
        frontier = following
    return found


def _next_to(session: Session, manual_ids: Collection[int], *, up: bool, until: datetime | None = None) -> _Edges:
    """The manuals one step away. What was taken over several times is told by its last time, the steps of all together."""
    here = Fork.manual_id if up else Publication.manual_id
    asked = (
        columns(
            col(Publication.manual_id),
            col(Fork.manual_id),
            col(Publication.edition),
            col(Fork.forked_at),
            col(Fork.step_uids),
        )
        .join(Publication, col(Publication.id) == col(Fork.publication_id))
        .where(col(here).in_(manual_ids), col(Fork.manual_id).is_not(None))
        .order_by(col(Fork.forked_at), col(Fork.id))
    )
    if until is not None:
        asked = asked.where(col(Fork.forked_at) <= until)
    steps: dict[tuple[int, int], list[list[str]]] = defaultdict(list)
    found: dict[int, dict[int, Taking]] = defaultdict(dict)
    rows: Iterable[Any] = session.connection().execute(asked)
    for original, fork, edition, at, uids in rows:
        place, other = (fork, original) if up else (original, fork)
        steps[place, other].append(uids)
        found[place][other] = Taking(edition, at, _together(steps[place, other]))
    return found


def _together(taken: list[list[str]]) -> int:
    """How many different steps; 0 when the whole was among them."""
    return len({uid for uids in taken for uid in uids}) if all(taken) else 0


def _branches(number: int, edges: _Edges, named: Mapping[int, Listed]) -> Branches:
    nodes, hidden = [], 0
    for other, taking in edges.get(number, {}).items():
        below = _branches(other, edges, named)
        if other in named or below.nodes:
            nodes.append(Node(named.get(other), taking, below))
        else:
            hidden += 1 + below.hidden
    return Branches(tuple(nodes), hidden)
