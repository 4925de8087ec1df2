"""One key for full-width and half-width writing: for indexing and comparing only, never for stored text.

NFKC changes names (濵 and CJK compatibility ideographs) and signs, so what people wrote is kept as they wrote it; a key remembers from
where in the original each of its characters came, so that a match in the key can be marked in the original.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Folded:
    """A key with its way back: character i of `text` came from `original[starts[i]:ends[i]]`."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original, as (start, end), that `text[start:end]` came from. Needs start < end."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> str:
    """The key of `text`: NFKC, then case-folded. Ａｐｐ → app, ｶﾞ → ガ, ㈱ → (株)."""
    return unicodedata.normalize("NFKC", text).casefold()


def fold_with_map(text: str) -> Folded:
    """The same key as `fold(text)`, with the offsets of the original characters."""
    whole = fold(text)
    if whole == text:
        return Folded(text, range(len(text)), range(1, len(text) + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end in _clusters(text):
        part = fold(text[start:end])
        parts.append(part)
        starts.extend([start] * len(part))
        ends.extend([end] * len(part))
    return Folded("".join(parts), starts, ends)


def _clusters(text: str) -> list[tuple[int, int]]:
    """Cut `text` where normalising the pieces gives the same as normalising the whole."""
    cuts: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(text)):
        if not _joins(text[start:i], text[i]):
            cuts.append((start, i))
            start = i
    if text:
        cuts.append((start, len(text)))
    return cuts


def _joins(before: str, char: str) -> bool:
    """Whether normalising may combine `char` with, or move it past, what stands before it."""
    if char < "\u0300" or "\u3400" <= char <= "\u9fff":  # neither combines with anything before it
        return False
    first = unicodedata.normalize("NFKD", char)[0]
    if unicodedata.combining(first):
        return True
    joined = unicodedata.normalize("NFKC", before + char)
    return joined != unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", char)
