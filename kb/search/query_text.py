"""What a person typed, as chunks and how they belong together. Nothing is ever a syntax error.

Spaces mean AND, quotes make a phrase, a minus that begins a chunk leaves out what follows it, OR (or 「または」) between two
chunks takes either. OR binds tighter than AND: 「転入 OR 転出 届」 is (転入 or 転出) and 届. A sign that has nothing to work on means nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kb.japanese.width import fold

LONGEST = 200
"""Characters of the text that are read."""
MOST_CHUNKS = 16

_PIECE = re.compile(
    r"(?:(?:(?<=\s)|^)(?P<minus>[-−‐–]+|(?<=\s)ー(?!ー)))?"  # a long mark at the very beginning is a slip of the fingers
    '(?:"([^"]*)"|[“”]([^“”]*)[“”]|「([^「」]*)」|『([^『』]*)』|(?P<bare>[^\\s"“”「」『』]+))'
)
_EITHER = {"OR", "または"}
_SIGNS = "-−‐–ー"
"""What leaves out; alone it is nothing."""
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}


@dataclass(frozen=True)
class Chunk:
    """A piece of the query. A phrase is taken to the letter."""

    text: str
    """Folded."""
    phrase: bool = False


class Asked(NamedTuple):
    """A query as it is read: a document has to match one chunk of each group, and none of what is left out."""

    groups: tuple[tuple[Chunk, ...], ...]
    left_out: tuple[Chunk, ...]

    @property
    def wanted(self) -> tuple[Chunk, ...]:
        """The chunks of all groups."""
        return tuple(chunk for group in self.groups for chunk in group)


class _Piece(NamedTuple):
    """A chunk with the signs around it. `bare` is what was typed without quotes."""

    chunk: Chunk
    minus: bool
    either: bool


def clean(text: str) -> str:
    """The folded text that is searched: no control signs, no lone surrogates, spaces single, at most 200 characters."""
    return " ".join(fold(_visible(text)).split())[:LONGEST].strip()


def readable(text: str) -> str:
    """As `clean`, with capitals as they are: OR is a word of the query language, or is none."""
    return " ".join(unicodedata.normalize("NFKC", _visible(text)).split())[:LONGEST].strip()


def read(text: str) -> Asked:
    """Read a query: at most 16 chunks, the first of equal ones kept.

    Quotes are "…", “…”, 「…」 and 『…』; one without its partner counts as a space.
    """
    groups: list[list[Chunk]] = []
    left_out: dict[Chunk, None] = {}
    joins = False
    for piece in _pieces(readable(text)):
        if piece.either:
            joins = bool(groups)
        elif piece.minus:
            left_out[piece.chunk] = None
            joins = False
        elif joins:
            groups[-1].append(piece.chunk)
            joins = False
        else:
            groups.append([piece.chunk])
    return _bounded(groups, left_out)


def _bounded(groups: list[list[Chunk]], left_out: dict[Chunk, None]) -> Asked:
    room = MOST_CHUNKS
    kept: dict[tuple[Chunk, ...], None] = {}
    for group in groups:
        chunks = tuple(dict.fromkeys(group))[:room]
        if chunks and chunks not in kept:
            kept[chunks] = None
            room -= len(chunks)
    return Asked(tuple(kept), tuple(left_out)[:MOST_CHUNKS])


def _visible(text: str) -> str:
    """No more than can become 200 characters, blanks for all that parts, nothing that nobody sees."""
    spaced = "".join(" " if char.isspace() else char for char in text[: LONGEST * 5])
    return "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED)


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(text):
        bare = match["bare"]
        if bare in _EITHER and not match["minus"] and _stands_alone(match):
            yield _Piece(Chunk(""), minus=False, either=True)
            continue
        quoted = "" if bare else next((group for group in match.groups()[1:5] if group is not None), "")
        chunk = Chunk(fold(bare)) if bare else Chunk("".join(fold(quoted).split()), phrase=True)
        if chunk.text.strip(_SIGNS):
            yield _Piece(chunk, minus=bool(match["minus"]), either=False)


def _stands_alone(match: re.Match[str]) -> bool:
    """Between spaces, not against a quote."""
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    return not around.strip()
