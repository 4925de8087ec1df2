"""「用語」 above the results: what a searched word means, when it is a common term."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.search.sheet import squeezed
from kb.standards.queries import term_called
from kb.web.current import session, words


@dataclass(frozen=True)
class TermLine:
    """A common term as the results introduce it."""

    name: str
    others: Sequence[str]
    """Other words for the same."""
    definition: str
    source: str
    not_to_confuse: Sequence[str]


def term_line(text: str) -> TermLine | None:
    """The term that a search is for and nothing else; None when it is for something else, or nobody has defined it."""
    name = words().preferred.get(squeezed(text))
    found = term_called(session(), name) if name else None
    if found is None or not found.definition:
        return None
    others = [variant["word"] for variant in found.variants]
    return TermLine(found.preferred, others, found.definition, found.source, found.not_to_confuse)
