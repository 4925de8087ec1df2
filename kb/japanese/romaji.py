"""Romaji to kana: Hepburn and Kunrei, as people and input methods write them; for searching by ear, so every usual spelling is taken.

Doubled n before a consonant or the end is one ん (`konn'na`, `honn`), before a vowel it is ん and な (`tennyu` is てんにゅ); m before b, m and
p is ん; a long vowel is a letter of its own (`uu`, `ou`), a macron or circumflex (`ū`, `ô`), or `oh`, or is left out.
"""

import re
import unicodedata
from itertools import combinations

from kb.japanese.kana import ROWS

MOST_LENGTHENINGS = 16
"""Readings that are tried for a word whose long vowels may have been left out."""

_SMALL = dict(zip("auo", "ゃゅょ", strict=True))
_LATER = {
    "ja": "じゃ",
    "ji": "じ",
    "ju": "じゅ",
    "jo": "じょ",
    "je": "じぇ",
    "she": "しぇ",
    "che": "ちぇ",
    "thi": "てぃ",
    "dhi": "でぃ",
}
_SINGLE = {
    "ya": "や",
    "yu": "ゆ",
    "yo": "よ",
    "wa": "わ",
    "wo": "を",
    "shi": "し",
    "chi": "ち",
    "tsu": "つ",
    "fu": "ふ",
    "vu": "ゔ",
}
_GLIDES = {"sh": "し", "ch": "ち", "ty": "ち", "cy": "ち", "jy": "じ", "zy": "じ", "dy": "ぢ", "sy": "し"}
_FOREIGN = {"fa": "ふぁ", "fi": "ふぃ", "fe": "ふぇ", "fo": "ふぉ"}


def _syllables() -> dict[str, str]:
    found = {**_SINGLE, **_LATER, **_FOREIGN}
    for consonant, row in ROWS.items():
        found |= {consonant + vowel: kana for vowel, kana in zip("aiueo", row, strict=True)}
        if consonant not in ("", "d"):
            found |= {f"{consonant}y{vowel}": row[1] + small for vowel, small in _SMALL.items()}
    for glide, kana in _GLIDES.items():
        found |= {glide + vowel: kana + small for vowel, small in _SMALL.items()}
    return found


SYLLABLES = _syllables()
"""Romaji of a syllable to its kana."""

_TOKEN = re.compile(
    "|".join(
        (
            "(?P<long>oh(?=[^aiueoy]|$))",
            f"(?P<syllable>{'|'.join(sorted(SYLLABLES, key=len, reverse=True))})",
            "(?P<n>n'|nn(?=[^aiueoy]|$)|n(?![aiueo])|m(?=[bmp]))",
            "(?P<small>(?P<doubled>[kstcpgzdbjfhr])(?=(?P=doubled))|t(?=ch))",
        )
    )
)
_LONG_SIGNS = {"\u0304", "\u0302"}
_ROMAJI = re.compile("[a-z'’\u0304\u0302-]+")


def to_kana(text: str) -> str:
    """The hiragana of a folded text in romaji, "" when it is none. 「tennyū」 is てんにゅう."""
    return "".join(_spoken(text))


def lengthenings(text: str) -> tuple[str, ...]:
    """The hiragana of a text in romaji, then with long vowels that may have been left out: 「juminhyo」 is じゅうみんひょう too.

    Only o and u inside the word are lengthened, the first four of them; empty when the text is no romaji.
    """
    spoken = _spoken(text)
    short = [place for place in range(len(spoken)) if _may_be_short(spoken, place)][:4]
    chosen = [places for count in range(len(short) + 1) for places in combinations(short, count)]
    found = ("".join(kana + "う" * (place in places) for place, kana in enumerate(spoken)) for places in chosen)
    return tuple(filter(None, found))[:MOST_LENGTHENINGS]


def _spoken(text: str) -> list[str]:
    """Syllables in kana; empty when any part of the text is no romaji."""
    plain = unicodedata.normalize("NFD", text)
    if not _ROMAJI.fullmatch(plain):
        return []
    letters = _without_macrons(plain).replace("-", "").replace("’", "'")
    spoken: list[str] = []
    at = 0
    while at < len(letters):
        match = _TOKEN.match(letters, at)
        if match is None:
            return []
        spoken += _kana(match)
        at = match.end()
    return spoken


def _kana(match: re.Match[str]) -> list[str]:
    if match["syllable"]:
        return [SYLLABLES[match["syllable"]]]
    if match["long"]:
        return ["お", "う"]
    return ["ん" if match["n"] else "っ"]


def _without_macrons(text: str) -> str:
    """ō is ou, ū is uu: the long vowel as kana write it."""
    found: list[str] = []
    for char in text:
        if char not in _LONG_SIGNS:
            found.append(char)
        elif found:
            found.append("u" if found[-1] == "o" else found[-1])
    return "".join(found)


def _may_be_short(spoken: list[str], place: int) -> bool:
    """Whether a syllable on o or u may be a long one written short: not at the end, where a beginning is enough to be found."""
    if place + 1 == len(spoken) or spoken[place][-1] not in _O_OR_U or spoken[place + 1] in _NEVER_AFTER_LONG:
        return False
    lengthens = spoken[place] in ("う", "お") and place > 0 and spoken[place - 1][-1] in _O_OR_U
    return not lengthens


_O_OR_U = frozenset("おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ")
_NEVER_AFTER_LONG = frozenset("うおんっ")
