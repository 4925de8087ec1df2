"""Which engine answers. A further engine is a module that passes the contract test, and a line here."""

from pathlib import Path

from kb.search.index import Index
from kb.search.whoosh_index import MEMORY, WhooshIndex


def open_index(folder: Path, memory: int = MEMORY) -> Index:
    """The search index in a folder; it may be empty or unusable until it is rebuilt.

    `memory` is how many bytes it may keep of what terms say, so that questions with the same words are answered sooner.
    """
    return WhooshIndex(folder, memory)
