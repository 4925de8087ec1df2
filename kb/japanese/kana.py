"""Kana: katakana into hiragana, and a key under which spellings that sound the same are equal."""

import re
import unicodedata

ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "d": "だぢづでど",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
"""The rows of the syllabary by their consonant, each with the vowels a, i, u, e, o."""

_SHIFT = 0x60  # katakana stand this far above the hiragana of the same sound
_KATAKANA = {code + _SHIFT: code for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_KANA = re.compile("[ぁ-ゖゝゞァ-ヺヽヾー]+")

_BY_VOWEL = {
    "あ": "あかさたなはまやらわがざだばぱぁゃゎ",
    "い": "いきしちにひみりゐぎじぢびぴぃ",
    "う": "うくすつぬふむゆるぐずづぶぷぅゅゔっ",
    "え": "えけせてねへめれゑげぜでべぺぇ",
    "お": "おこそとのほもよろをごぞどぼぽぉょ",
}
_VOWEL = {kana: vowel for vowel, row in _BY_VOWEL.items() for kana in row}
_SAME_SOUND = str.maketrans("ぢづをゐゑ", "じずおいえ")


def to_hiragana(text: str) -> str:
    """Katakana become hiragana; ー and everything else stay (ヷ…ヺ have no hiragana)."""
    return text.translate(_KATAKANA)


def is_kana(text: str) -> bool:
    """Whether `text` is not empty and holds only hiragana, katakana and the long mark ー."""
    return _KANA.fullmatch(text) is not None


def sound_key(text: str) -> str:
    """A key for comparing by ear: てんにゅう = テンニュウ = テンニュー, とうきょう = トーキョー, おおさか = オーサカ.

    Katakana and half-width kana become hiragana, ー becomes the vowel it lengthens, おお = おう, えい = ええ,
    ぢ = じ, づ = ず, を = お. The key is for comparing only: it is no spelling.
    """
    sounds: list[str] = []
    for char in to_hiragana(unicodedata.normalize("NFKC", text)).translate(_SAME_SOUND):
        before = _VOWEL.get(sounds[-1], "") if sounds else ""
        if char == "ー" and before:
            char = before  # the long mark is read as the vowel before it
        sounds.append(_lengthened(before, char))
    return "".join(sounds)


def _lengthened(before: str, char: str) -> str:
    if before == "お" and char == "お":
        return "う"
    if before == "え" and char == "え":
        return "い"
    return char
