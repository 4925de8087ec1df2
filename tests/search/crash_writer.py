"""A writer to be killed: `python -m tests.search.crash_writer <folder> <file of acknowledged numbers>`.

It writes until it is killed, as `tests.killed` says; imports and the dictionary are loaded before.
"""

import os
import sys
from pathlib import Path

from kb.search.index import Face, IndexUnusable
from kb.search.whoosh_index import WhooshIndex
from tests.killed import work_until_killed
from tests.search.corpus import a_document

PAIR = ("pair-a", "pair-b")


def write(folder: Path, acknowledged: Path) -> None:
    """Put pairs of documents with rising versions, rebuild now and then, and note each number once the call returned."""
    index = WhooshIndex(folder)
    try:
        number = index.versions().get((PAIR[0], Face.PUBLIC), 0)
    except IndexUnusable:  # killed before there was any
        index.rebuild([])
        number = 0
    notes = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        number += 1
        pair = [a_document(id_, version=number, title=f"転入届{number}") for id_ in PAIR]
        if number % 4:
            index.put(pair)
        else:
            index.rebuild(pair)
        os.write(notes, f"{number}\n".encode())


def main(folder: str, acknowledged: str) -> None:
    a_document()
    work_until_killed(lambda: write(Path(folder), Path(acknowledged)))


if __name__ == "__main__":
    main(*sys.argv[1:])
