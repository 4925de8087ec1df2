"""Articles of laws in a text: 「第二十二条」「第22条」「22条の2第1項第3号」, each in one normal form.

A number in kanji counts as one of an article only where nothing else can be meant: after 第 or the name of a law, or when it has several
digits. 三条 alone may be a town, and 二条城 is a castle; such text stays what it is.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI = "〇零一二三四五六七八九十百千"
_NUMBER = f"(?:[0-9]{{1,4}}|[{_KANJI}]{{1,8}})"
_COUNTED = "つ人名件日月年回個種者点割分歳か時週本枚通部円度番号"
"""What a number after 条の may count: 「第5条の三つの書類」 is no 第5条の3."""
_ARTICLE = re.compile(
    f"(?:第(?P<article>{_NUMBER})|(?<![0-9.,])(?P<arabic>[0-9]{{1,4}})|(?<![{_KANJI}])(?P<kanji>[{_KANJI}]{{1,8}}))条(?![件例文約])"
    f"(?P<branches>(?:の{_NUMBER}(?![{_COUNTED}{_KANJI}0-9]))*)"
    f"(?P<rest>(?:第?{_NUMBER}項)?(?:第?{_NUMBER}号(?:の{_NUMBER}(?![{_COUNTED}{_KANJI}0-9]))?)?)"
)
_BEFORE_A_BARE_NUMBER = "法令例則程綱領款約憲同"
_NO_ARTICLE_AFTER = "市町村区城通駅川院"
_PARTS = re.compile(f"({_NUMBER})([項号])(?:の({_NUMBER}))?")


class Article(NamedTuple):
    """An article at `start:end` of a text. `name` is 「22条の2」; `whole` goes on to the 項 and 号, as far as they are named."""

    start: int
    end: int
    name: str
    whole: str


def articles(text: str) -> Iterator[Article]:
    """The articles that a folded text names, in order."""
    for match in _ARTICLE.finditer(text):
        if match["kanji"] and not _is_surely_meant(match):
            continue
        number = value(match["article"] or match["arabic"] or match["kanji"])
        name = "の".join([f"{number}条", *(str(value(part)) for part in match["branches"].split("の")[1:])])
        rest = "".join(f"第{value(part)}{unit}{_branch(more)}" for part, unit, more in _PARTS.findall(match["rest"]))
        yield Article(match.start(), match.end(), name, name + rest)


def value(number: str) -> int:
    """What a number in digits or kanji says: 二十二, 二二 and 22 are 22, 百五 and 一〇五 are 105. Any order of the signs is read."""
    if number.isdecimal():
        return int(number)
    total, digits = 0, ""
    for char in number:
        if char in _TENS:
            total += int(digits or "1") * _TENS[char]
            digits = ""
        else:
            digits += str(_DIGITS[char])
    return total + int(digits or "0")


def _branch(number: str) -> str:
    return f"の{value(number)}" if number else ""


def _is_surely_meant(match: re.Match[str]) -> bool:
    """Whether a number in kanji without 第 is one of an article."""
    after = match.string[match.end() : match.end() + 1]
    before = match.string[match.start() - 1 : match.start()]
    if after and after in _NO_ARTICLE_AFTER:
        return False
    return len(match["kanji"]) > 1 or bool(before and before in _BEFORE_A_BARE_NUMBER)
