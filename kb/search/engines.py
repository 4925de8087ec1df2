"""Which engine answers. A further engine is a module that passes the contract test, and a line here."""

from pathlib import Path

from kb.search.index import Index
from kb.search.whoosh_index import WhooshIndex


def open_index(folder: Path) -> Index:
    """The search index in a folder; it may be empty or unusable until it is rebuilt."""
    return WhooshIndex(folder)
