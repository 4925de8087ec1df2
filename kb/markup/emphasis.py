"""Emphasis in Japanese text.

CommonMark's rule for `**` looks for blanks between words; Japanese has none, so `**「重要」**です` is not bold under it.
Here East Asian signs, brackets and stops too, count as letters, and next to one an ASCII bracket or sign does not
hinder. Text without East Asian signs is read as CommonMark says.
"""

import unicodedata
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token


class JapaneseInline(ParserInline):
    """The inline parser with the delimiter rule of this page."""

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        """Append the inline tokens of `src` to `tokens` and return them."""
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803  # markdown-it's own name
        """Whether the run of signs at `start` can open and can close emphasis, and its length."""
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        opens_word = not isWhiteSpace(ord(after)) and not _hinders(after, before)
        closes_word = not isWhiteSpace(ord(before)) and not _hinders(before, after)
        can_open = opens_word and (canSplitWord or not closes_word or _is_sign(before))
        can_close = closes_word and (canSplitWord or not opens_word or _is_sign(after))
        return Scanned(can_open, can_close, end - start)


def _hinders(inside: str, outside: str) -> bool:
    """Whether the sign `inside` an emphasis keeps it from beginning or ending beside the letter `outside`."""
    if not _is_sign(inside) or _is_east_asian(inside):
        return False
    return not (isWhiteSpace(ord(outside)) or _is_sign(outside) or _is_east_asian(outside))


def _is_sign(char: str) -> bool:
    return isMdAsciiPunct(ord(char)) or isPunctChar(char)


def _is_east_asian(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WFH"
