"""Romaji read aloud: Hepburn and Kunrei, with long vowels as people write them or leave them out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.japanese.romaji import MOST_LENGTHENINGS, lengthenings, to_kana

KUNREI = {
    kana: romaji
    for row in (
        "あa いi うu えe おo",
        "かka きki くku けke こko さsa しsi すsu せse そso たta ちti つtu てte とto なna にni ぬnu ねne のno",
        "はha ひhi ふhu へhe ほho まma みmi むmu めme もmo らra りri るru れre ろro やya ゆyu よyo わwa",
        "がga ぎgi ぐgu げge ごgo ざza じzi ずzu ぜze ぞzo だda でde どdo ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo",
    )
    for kana, romaji in ((pair[0], pair[1:]) for pair in row.split())
}
KUNREI |= {
    f"{kana}{small}": f"{letter}y{vowel}"
    for kana, letter in zip("きしちにひみりぎじびぴ", "kstnhmrgzbp", strict=True)
    for small, vowel in zip("ゃゅょ", "auo", strict=True)
}
HEPBURN = KUNREI | dict(zip("しちつふじ", ["shi", "chi", "tsu", "fu", "ji"], strict=True))
HEPBURN |= {
    f"{kana}{small}": f"{letter}{vowel}"
    for kana, letter in zip("しちじ", ("sh", "ch", "j"), strict=True)
    for small, vowel in zip("ゃゅょ", "auo", strict=True)
}


@given(st.lists(st.sampled_from(sorted(KUNREI)), min_size=1, max_size=8), st.sampled_from([KUNREI, HEPBURN]))
def test_syllables_written_in_romaji_are_read_back(syllables: list[str], spelling: dict[str, str]) -> None:
    assert to_kana("".join(spelling[syllable] for syllable in syllables)) == "".join(syllables)


@pytest.mark.parametrize(
    ("romaji", "kana"),
    [
        ("tennyuu", "てんにゅう"),
        ("tennnyuu", "てんにゅう"),
        ("ten'nyuu", "てんにゅう"),
        ("tennyū", "てんにゅう"),
        ("juuminnhyou", "じゅうみんひょう"),
        ("zyuuminhyou", "じゅうみんひょう"),
        ("jyuuminhyou", "じゅうみんひょう"),
        ("jūmin", "じゅうみん"),
        ("tôkyô", "とうきょう"),
        ("ohta", "おうた"),
        ("kin'en", "きんえん"),
        ("shimbun", "しんぶん"),
        ("kettei", "けってい"),
        ("matchi", "まっち"),
        ("zassi", "ざっし"),
        ("wi", ""),
        ("web", ""),
        ("excel", ""),
        ("dv", ""),
        ("a4", ""),
        ("転入", ""),
        ("", ""),
    ],
)
def test_words_as_people_type_them(romaji: str, kana: str) -> None:
    assert to_kana(romaji) == kana


def test_long_vowels_that_were_left_out_are_tried() -> None:
    assert lengthenings("juminhyo") == ("じゅみんひょ", "じゅうみんひょ")
    assert lengthenings("juumin") == ("じゅうみん",)
    assert lengthenings("excel") == ()


@given(st.text(max_size=30) | st.text(st.sampled_from("aiueokstnhmyrwgzdbpjfcō'-"), max_size=40))
def test_any_text_is_romaji_or_none_and_the_readings_tried_are_few(text: str) -> None:
    tried = lengthenings(text)
    assert len(tried) == len(set(tried)) <= MOST_LENGTHENINGS
    assert tried[:1] == ((to_kana(text),) if to_kana(text) else ())
