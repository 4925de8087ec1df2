"""Towns by where they lie or how large they are, with their manuals by procedure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from kb.accounts.models import Municipality
from kb.accounts.queries import municipalities, participating
from kb.publishing.counts import counts_by_town_and_procedure
from kb.standards.queries import procedures
from kb.web.current import now, session, viewer
from kb.web.tiles import ProcedureTile, TownTile, town_tile


@dataclass(frozen=True)
class Scene:
    """The towns that there is something to say of, largest first: they take part, or something of theirs is live."""

    towns: Sequence[Municipality]
    manuals: Mapping[tuple[str, str | None], int]
    """Live manuals by town and procedure."""

    def count(self, codes: set[str]) -> int:
        """Live manuals of these towns."""
        return sum(count for (code, _), count in self.manuals.items() if code in codes)


@dataclass(frozen=True)
class GroupTile:
    """A group of towns in the list of groups."""

    name: str
    url: str
    town_count: int
    manual_count: int


@dataclass(frozen=True)
class TownGroup:
    """A group of towns on its own page."""

    towns: list[TownTile]
    procedures: list[ProcedureTile]
    total: int
    """Live manuals of these towns."""
    unnamed: int
    """Those of them that are about no standard procedure."""


def scene() -> Scene:
    """The towns as this viewer may know them now."""
    manuals = counts_by_town_and_procedure(session(), viewer(), now())
    codes = {town.code for town in participating(session(), now())} | {code for code, _ in manuals}
    return Scene(municipalities(session(), codes), manuals)


def group_tiles(
    seen: Scene, group_of: Callable[[Municipality], str | None], names: Mapping[str, str], endpoint: str, argument: str
) -> list[GroupTile]:
    """The groups that have a town, in the order of `names`; each links to `endpoint` with its key as `argument`."""
    members: dict[str, set[str]] = {}
    for town in seen.towns:
        members.setdefault(group_of(town) or "", set()).add(town.code)
    return [
        GroupTile(name, url_for(endpoint, **_values(argument, key)), len(members[key]), seen.count(members[key]))
        for key, name in names.items()
        if key in members
    ]


def town_group(seen: Scene, group_of: Callable[[Municipality], str | None], key: str, condition: str) -> TownGroup:
    """The towns whose group is `key`; procedures link to their comparison narrowed by `condition` (prefecture or size)."""
    towns = [town for town in seen.towns if group_of(town) == key]
    codes = {town.code for town in towns}
    by_town: Counter[str] = Counter()
    by_procedure: Counter[str | None] = Counter()
    having: Counter[str | None] = Counter()
    for (code, about), count in seen.manuals.items():
        if code in codes:
            by_town[code] += count
            by_procedure[about] += count
            having[about] += 1
    return TownGroup(
        towns=[town_tile(town, by_town) for town in towns],
        procedures=[
            ProcedureTile(
                name=one.name,
                reading=one.readings[0] if one.readings else "",
                url=url_for("procedures.show", key=one.key, **_values(condition, key)),
                town_count=having[one.key],
                manual_count=by_procedure[one.key],
            )
            for one in procedures(session())
            if one.key in by_procedure
        ],
        total=by_procedure.total(),
        unnamed=by_procedure[None],
    )


def _values(name: str, value: str) -> dict[str, Any]:
    return {name: value}
