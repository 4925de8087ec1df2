"""Parameters (自団体の言葉): the common text says `{{key}}`, each town keeps its own value beside the content."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from kb.common_format.content import ManualContent
from kb.common_format.walk import TextKind, map_texts, texts

LIMITS = {TextKind.LINE: 300, TextKind.PROSE: 20_000, TextKind.URL: 1_000}
"""The most characters a text may have, as `fields.py` declares them."""

_REFERENCE = re.compile(r"\{\{[ \u3000]*([^\s{}|\\<>#&\"']{1,40})[ \u3000]*\}\}")
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff\ufffe\uffff]+")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>|~&!#\"'$^]")
_BLOCK_START = re.compile(r"^([-+=.:]|[0-9]{1,9}(?=[.)]))")


def expand(content: ManualContent, values: Mapping[str, str]) -> ManualContent:
    """`content` with each `{{key}}` replaced by the town's value, else by the default; without either it stays visible.

    A value goes in as it is: a `{{key}}` inside it is not replaced again, and in Markdown it is escaped, so that no
    value brings formatting. A text that grows over its limit ends in 「…」. The parameters themselves stay.
    """
    words = _words(content, values)
    bare = content.model_copy(update={"parameters": ()})
    expanded = map_texts(bare, lambda kind, text: _expanded(kind, text, words))
    return expanded.model_copy(update={"parameters": content.parameters})


def expanded_title(content: ManualContent, values: Mapping[str, str]) -> str:
    """The title that `expand` gives, without the work for everything else."""
    return _expanded(TextKind.LINE, content.title, _words(content, values))


def keys_in(text: str) -> frozenset[str]:
    """The keys that `text` refers to."""
    return frozenset(_REFERENCE.findall(text))


def used_keys(content: ManualContent) -> frozenset[str]:
    """The keys that some text of `content` refers to; the parameters' own labels and defaults refer to nothing."""
    said = (text.text for text in texts(content) if "{{" in text.text and text.path[0] != "parameters")
    return frozenset(key for text in said for key in keys_in(text))


def unknown_keys(content: ManualContent) -> frozenset[str]:
    """The keys that are used but not declared."""
    return used_keys(content) - {parameter.key for parameter in content.parameters}


def declared_values(content: ManualContent, values: Mapping[str, str]) -> dict[str, str]:
    """The values whose key `content` declares: what may go out beside a redacted content."""
    declared = {parameter.key for parameter in content.parameters}
    return {key: value for key, value in values.items() if key in declared}


def _words(content: ManualContent, values: Mapping[str, str]) -> dict[str, str]:
    """What each parameter is replaced by."""
    words = {parameter.key: parameter.default for parameter in content.parameters}
    return words | {key: value for key, value in values.items() if _clean(value)}


def _expanded(kind: TextKind, text: str, words: Mapping[str, str]) -> str:
    if "{{" not in text:
        return text
    return _fitting(kind, text, _REFERENCE.sub(lambda found: _word(kind, words, found), text))


def _clean(value: str) -> str:
    return _CONTROL.sub(" ", value).strip()


def _word(kind: TextKind, words: Mapping[str, str], found: re.Match[str]) -> str:
    word = _clean(words.get(found[1], ""))
    if not word:
        return found[0]
    if kind is TextKind.PROSE:
        return _escaped(word)
    return quote(word, safe="/:?#=&%+,;@~!()*$[]") if kind is TextKind.URL else word


def _escaped(word: str) -> str:
    """`word` as literal text of Markdown: its special signs, and what at the start of a line would open a block."""
    literal = _MARKDOWN.sub(r"\\\g<0>", word)
    start = _BLOCK_START.match(literal)
    if start is None:
        return literal
    if start[0].isdigit():  # "1." and "1)" open a list; the sign after the number is what is escaped
        rest = literal[start.end() :]
        return start[0] + (rest if rest.startswith("\\") else "\\" + rest)
    return "\\" + literal


def _fitting(kind: TextKind, before: str, after: str) -> str:
    limit = LIMITS[kind]
    if len(after) <= limit:
        return after.strip("\n").rstrip() if kind is TextKind.PROSE else after.strip()
    if kind is TextKind.URL:  # half an address leads to a wrong page
        return before
    return after[: limit - 1].rstrip("\\ \n\u3000") + "…"
