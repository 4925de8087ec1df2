"""A writer to be killed: `python -m tests.search.crash_writer <folder> <file of acknowledged numbers>`.

Each line on standard input starts a fresh writing process, whose number is answered; a line is answered again when it is dead.
Imports and the dictionary are loaded once, so that kills fall into the writing.
"""

import os
import sys
from pathlib import Path

from kb.search.index import Face, IndexUnusable
from kb.search.whoosh_index import WhooshIndex
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
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            write(Path(folder), Path(acknowledged))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        os.waitpid(child, 0)
        sys.stdout.write("dead\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
