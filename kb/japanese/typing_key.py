"""What fingers type for a word: one key for kana, latin letters, and the half-typed mixtures of an open IME (てんn).

Latin letters are brought to one spelling (the 訓令式 one: shi = si, tsu = tu, ja = zya), kana become the letters that they are
typed with. Keys are for comparing only.
"""

import re
import unicodedata
from itertools import chain

from kb.japanese.kana import ROWS, sound_key, to_hiragana

_LETTERS = {kana: f"{letter}{vowel}" for letter, row in ROWS.items() for kana, vowel in zip(row, "aiueo", strict=True)}
_LETTERS |= {"や": "ya", "ゆ": "yu", "よ": "yo", "わ": "wa", "ん": "n", "ゔ": "bu"}
_LETTERS |= {"ゃ": "ya", "ゅ": "yu", "ょ": "yo", "ゎ": "wa"} | dict(zip("ぁぃぅぇぉ", "aiueo", strict=True))
_LETTERS |= dict.fromkeys("っー'-", "")
_TABLE = str.maketrans(_LETTERS)

_HALF = (("sh", "s"), ("ch", "t"), ("c", "t"), ("ts", "t"), ("j", "z"), ("f", "h"))
"""Beginnings of a syllable whose second half is not typed yet."""
_SPELLINGS = tuple(
    (re.compile(typed), letters)
    for typed, letters in (
        ("tch", "ch"),
        ("shy", "sy"),
        ("shi", "si"),
        ("sh", "sy"),
        ("chi", "ti"),
        ("ch|cy", "ty"),
        ("tsu", "tu"),
        ("jy|zh", "zy"),
        ("ji|di", "zi"),
        ("j|dy", "zy"),
        ("d?zu|du", "zu"),
        ("fu", "hu"),
        ("f(?=[aeio])", "hu"),
        ("f", "h"),
        ("v", "b"),
        ("wo", "o"),
        ("m(?=[bmp])", "n"),
        ("iy(?=[auo])", "y"),  # じゆ and じゅ are one slip of the finger apart
        ("([^aiueo])\\1+", "\\1"),  # っ, and ん typed as n or nn
        ("oo", "ou"),
        ("ee", "ei"),
    )
)
_LONG = tuple((re.compile(long), short) for long, short in (("([aiueo])\\1+", "\\1"), ("ou+", "o"), ("ei+", "e")))


def typing_key(text: str) -> str:
    """The letters of a word in kana or latin letters, "" when a part of it is neither: てんにゅう = tennyuu = テンニュウ."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    key = sound_key(to_hiragana("".join(folded.split()))).translate(_TABLE)
    if not key.isascii() or not key.isalpha():
        return ""
    for typed, letters in _SPELLINGS:
        key = typed.sub(letters, key)
    return key


def half_typed(text: str) -> tuple[str, ...]:
    """What the key of a word may begin with of which `text` is typed so far: ten, てん, てn; none when it has kanji or signs."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    half = next((folded[: -len(end)] + letter for end, letter in _HALF if folded.endswith(end)), folded)
    key = typing_key(half)
    # じ may become じゅ, which is no longer zi
    return tuple(filter(None, chain([key], [f"{key[:-1]}y"] if re.search("[^aiueo]i$", key) else [])))


def worn_key(text: str) -> str:
    """`typing_key` without the length of vowels, which is what people get wrong most: じゅうみんひょお = jyuminhyo."""
    key = typing_key(text)
    for long, short in _LONG:
        key = long.sub(short, key)
    return key
