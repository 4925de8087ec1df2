"""Data only climbs: a foreign key points to the same room or a lower floor; the noun does not know who points at it."""

import importlib
import tomllib
from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlmodel import SQLModel

from tests.laws.tree import ROOT, all_files


@cache
def table_rooms() -> dict[str, str]:
    """Room of each table, found by loading every models.py."""
    for source in all_files():
        if source.path.startswith("kb/") and source.name == "models.py":
            importlib.import_module(source.path.removesuffix(".py").replace("/", "."))
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in SQLModel._sa_registry.mappers
        if mapper.class_.__module__.startswith("kb.")
    }


def floors() -> dict[str, int]:
    """Height of each room, from the import law in pyproject.toml; strangers on one floor have the same height."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(c for c in project["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    return {
        room.strip(" ()"): height
        for height, layer in enumerate(reversed(contract["layers"]))
        for room in layer.replace("|", ":").split(":")
    }


def keys_that_point_up(metadata: MetaData, rooms: dict[str, str], heights: dict[str, int]) -> Iterator[str]:
    """A sentence for each foreign key into a room that does not lie lower."""
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            here, there = rooms[table.name], rooms[key.target_fullname.split(".")[0]]
            if here != there and heights[here] <= heights[there]:
                yield (
                    f"{table.name}.{key.parent.name} ({here}) points up at {key.target_fullname} ({there}); "
                    f"let {there} point at {here} instead, or keep the fact in a table of {there}."
                )


def test_foreign_keys_point_down() -> None:
    problems = list(keys_that_point_up(SQLModel.metadata, table_rooms(), floors()))
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_a_foreign_key_that_points_up_is_refused() -> None:
    metadata = MetaData()
    Table("manual", metadata, Column("id", Integer, primary_key=True), Column("p", ForeignKey("publication.id")))
    Table("publication", metadata, Column("id", Integer, primary_key=True), Column("m", ForeignKey("manual.id")))
    found = list(keys_that_point_up(metadata, {"manual": "manuals", "publication": "publishing"}, floors()))
    assert len(found) == 1
    assert found[0].startswith("manual.p (manuals) points up")


def test_strangers_on_one_floor_do_not_point_at_each_other() -> None:
    metadata = MetaData()
    Table("like", metadata, Column("id", Integer, primary_key=True))
    Table("fork", metadata, Column("id", Integer, primary_key=True), Column("like_id", ForeignKey("like.id")))
    assert list(keys_that_point_up(metadata, {"like": "likes", "fork": "forks"}, floors())) != []


def test_every_table_is_found() -> None:
    assert {"municipality": "accounts", "manual": "manuals"}.items() <= table_rooms().items()
