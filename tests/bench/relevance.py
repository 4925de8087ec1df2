"""How well the search ranks the shipped manuals for the labelled queries, whole and with parts taken away."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.relevance.labelled import labelled
from tests.relevance.measuring import tables
from tests.relevance.shipped import shipped
from tests.world import build_template


def lines() -> Iterator[str]:
    """The tables, from an index that is built in a temporary folder. Takes about a minute."""
    with tempfile.TemporaryDirectory() as folder:
        template = build_template(Path(folder))
        with shipped(template, Path(folder)) as world:
            yield from tables(world, labelled(world.addresses.values()))
