"""Tiles and table lines for work areas, procedures and towns: a name, an address and counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from kb.accounts.models import Municipality
from kb.standards.models import Procedure, WorkArea


@dataclass(frozen=True)
class AreaTile:
    """A work area with the number of manuals at or below it."""

    code: str
    name: str
    url: str
    count: int
    children: tuple["AreaTile", ...] = ()


@dataclass(frozen=True)
class ProcedureTile:
    """A procedure with the number of towns and manuals that have it."""

    name: str
    reading: str
    url: str
    town_count: int
    manual_count: int


@dataclass(frozen=True)
class TownTile:
    """A town with the number of its manuals."""

    code: str
    name: str
    reading: str
    prefecture: str
    kind: str
    population: int | None
    manual_count: int
    url: str


def area_tiles(areas: Sequence[WorkArea], counts: Mapping[str, int]) -> list[AreaTile]:
    """The large work areas, each with its medium ones."""
    below: dict[str | None, list[WorkArea]] = defaultdict(list)
    for area in areas:
        below[area.parent_code].append(area)
    return [
        _area_tile(area, counts, tuple(_area_tile(child, counts) for child in below[area.code])) for area in below[None]
    ]


def _area_tile(area: WorkArea, counts: Mapping[str, int], children: tuple[AreaTile, ...] = ()) -> AreaTile:
    return AreaTile(
        code=area.code,
        name=area.name,
        url=url_for("work_areas.show", code=area.code),
        count=counts.get(area.code, 0) + sum(child.count for child in children),
        children=children,
    )


def procedure_tile(procedure: Procedure, towns: Mapping[str, int], manuals: Mapping[str, int]) -> ProcedureTile:
    """The tile of a procedure, from counts by procedure key."""
    return ProcedureTile(
        name=procedure.name,
        reading=procedure.readings[0] if procedure.readings else "",
        url=url_for("procedures.show", key=procedure.key),
        town_count=towns.get(procedure.key, 0),
        manual_count=manuals.get(procedure.key, 0),
    )


def town_tile(town: Municipality, counts: Mapping[str, int]) -> TownTile:
    """The tile of a town, from counts by town code."""
    return TownTile(
        code=town.code,
        name=town.name,
        reading=town.kana,
        prefecture=town.prefecture,
        kind=town.kind.value,
        population=town.population,
        manual_count=counts.get(town.code, 0),
        url=url_for("towns.show", code=town.code),
    )
