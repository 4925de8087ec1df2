"""Breaking Japanese into lines of a given width, for diagrams. Widths are in em: one full-width sign is 1."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

_NOT_FIRST = frozenset("、。，．,.・:;：；!?！？)]}）］｝」』】〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜…％%")
_NOT_LAST = frozenset("([{（［｛「『【〈《〔")
_PIECE = re.compile(r"[A-Za-z0-9.,_%+-]+|\s|.", re.DOTALL)
ELLIPSIS = "…"


def width(text: str) -> float:
    """The width of `text` in em: full-width and ambiguous signs 1, others 0.6, combining signs 0."""
    return sum(_width(sign) for sign in text)


@lru_cache(maxsize=8_192)
def _width(sign: str) -> float:
    """Kept: texts are made of a few thousand signs, and each is looked at for every way to break its line."""
    if unicodedata.combining(sign):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(sign) in "FWA" else 0.6


def wrap(text: str, widths: Sequence[float], *, whole_phrases: bool = False) -> tuple[list[str], bool]:
    """`text` in at most `len(widths)` lines, each no wider than its width, and whether all of it fitted.

    A line does not begin with 、。」 and the like nor end with an opening bracket where that can be avoided; with
    `whole_phrases` it ends only where a phrase ends, as far as the script tells. What does not fit becomes 「…」.
    """
    rest, lines, broken = text.strip(), [], False
    for limit in widths:
        if not rest:
            break
        cut = _cut(rest, limit, _ends_phrase if whole_phrases else _may_break)
        if cut == 0:
            cut = _cut(rest, limit, _may_break) or _forced(rest, limit)
            broken = True
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    if rest and lines:
        lines[-1] = _shortened(lines[-1] + ELLIPSIS, widths[-1])
    return lines, not rest and not (whole_phrases and broken)


def fit(text: str, choices: Sequence[Sequence[float]]) -> list[str]:
    """The lines of the first choice of widths that `text` fits into, else of the last, shortened.

    Whole phrases come first: more lines are better than a broken word. Lines of one choice become about equally long.
    """
    return list(_fitting(text, tuple(tuple(widths) for widths in choices)))


@lru_cache(maxsize=4_096)
def _fitting(text: str, choices: tuple[tuple[float, ...], ...]) -> tuple[str, ...]:
    """Kept: a manual is drawn for two kinds of reader, and again with every edition."""
    lines: list[str] = []
    for widths in choices:
        for share in (0.6, 0.7, 0.8, 0.9, 1.0):
            lines, whole = wrap(text, [limit * share for limit in widths], whole_phrases=True)
            if whole:
                return tuple(lines)
    for widths in choices:
        lines, whole = wrap(text, widths)
        if whole:
            break
    return tuple(lines)


def _may_break(before: str, after: str) -> bool:
    return after not in _NOT_FIRST and before not in _NOT_LAST


def _ends_phrase(before: str, after: str) -> bool:
    """Whether a phrase ends between two signs: after 、 or a blank, and where hiragana gives way to another script."""
    if not _may_break(before, after):
        return False
    return before in "、。・ 　)）」" or after in "(（「" or (_is_hiragana(before) and not _is_hiragana(after))


def _is_hiragana(sign: str) -> bool:
    return "\u3041" <= sign <= "\u309f"


def _cut(text: str, limit: float, breakable: Callable[[str, str], bool]) -> int:
    """Where the first line of `text` ends, or 0 when it may not end anywhere within `limit`."""
    used, cut = 0.0, 0
    for piece in _PIECE.findall(text):
        used += width(piece)
        if used > limit:
            break
        cut += len(piece)
    else:
        return cut
    return next((place for place in range(cut, 0, -1) if breakable(text[place - 1], text[place])), 0)


def _forced(text: str, limit: float) -> int:
    """Inside a word or before a sign that should not begin a line, when there is no other place; at least one sign."""
    return max(1, sum(width(text[: n + 1]) <= limit for n in range(min(len(text), int(limit / 0.6) + 1))))


def _shortened(text: str, limit: float) -> str:
    body = text.removesuffix(ELLIPSIS)
    while body and width(body) + 1 > limit:
        body = body[:-1]
    return body + ELLIPSIS
