"""What a person typed, as chunks: words between spaces, and "phrases". Nothing is ever a syntax error."""

import re
import unicodedata
from dataclasses import dataclass

from kb.japanese.width import fold

LONGEST = 200
"""Characters of the folded text that are read."""
MOST_CHUNKS = 16

_QUOTED = re.compile('"([^"]*)"|[“”]([^“”]*)[“”]|「([^「」]*)」|『([^『』]*)』|([^\\s"“”「」『』]+)')
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Chunk:
    """A piece of the query that a document must match. A phrase is taken to the letter."""

    text: str
    phrase: bool = False


def clean(text: str) -> str:
    """The folded text that is searched: no control signs, no lone surrogates, spaces single, at most 200 characters."""
    raw = text[: LONGEST * 5]
    spaced = "".join(" " if char.isspace() else char for char in raw)
    visible = "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED)
    return " ".join(fold(visible).split())[:LONGEST].strip()


def chunks(text: str) -> list[Chunk]:
    """Cut a query into chunks, all of which must match; at most 16, the first of equal ones kept.

    Quotes are "…", “…”, 「…」 and 『…』; one without its partner counts as a space.
    """
    found: dict[Chunk, None] = {}
    for match in _QUOTED.finditer(clean(text)):
        bare = match.group(5)
        quoted = next((group for group in match.groups()[:4] if group is not None), "")
        chunk = Chunk(bare) if bare else Chunk("".join(quoted.split()), phrase=True)
        if chunk.text:
            found[chunk] = None
    return list(found)[:MOST_CHUNKS]
