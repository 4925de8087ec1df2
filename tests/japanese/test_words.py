"""Words of Japanese text, with their places in it."""

import threading
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.japanese.words import LONGEST, compounds, reading, words

TEXTS = st.text(max_size=40) | st.text(st.sampled_from("転入届の引っ越し申請Ａa㍿ﷺ。\n \ud800\x00𠮷が゛"), max_size=30)


def normals(text: str) -> list[str]:
    return [word.normal for word in words(text) if word.content]


def test_ways_to_write_a_word_are_one_word() -> None:
    assert normals("引越し") == normals("引っ越し") == normals("引越") == ["引っ越し"]
    assert normals("受付") == normals("受付け") == ["受け付け"]


@pytest.mark.parametrize(
    ("verb", "noun"),
    [
        ("引っ越した人", "引っ越し"),
        ("届ける人", "届け"),
        ("申し込んだ人", "申し込み"),
        ("支払う人", "支払い"),
        ("受け付けた人", "受け付け"),
    ],
)
def test_a_verb_meets_the_noun_made_from_it(verb: str, noun: str) -> None:
    assert compounds(verb)[0].noun == compounds(noun)[0].noun == noun


def test_words_that_differ_in_law_stay_apart() -> None:
    assert len({normals(word)[0] for word in ("申請", "届出", "申告")}) == 3


def test_long_units_hold_their_short_units() -> None:
    unit = compounds("国民健康保険の加入")[0]
    assert unit.normal == "国民健康保険"
    assert [part.surface for part in unit.parts] == ["国民", "健康", "保険"]


def test_particles_and_empty_verbs_carry_no_topic() -> None:
    assert normals("写しを交付する") == ["写し", "交付"]


def test_readings_are_katakana() -> None:
    assert reading("転入届") == "テンニュウトドケ"


def test_signs_are_silent() -> None:
    assert reading("(転入)　届*") == "テンニュウトドケ"
    assert reading('*"') == ""


@given(TEXTS)
@settings(max_examples=60)
def test_units_stand_in_order_at_their_places(text: str) -> None:
    found = words(text)
    assert all(0 <= word.start < word.end <= len(text) for word in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    clean = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    assert all(clean[word.start : word.end] == word.surface for word in found)


@pytest.mark.parametrize("sign", ["転入届。", "税", "㍿", "ﷺ", "𠮷"])
def test_text_longer_than_sudachi_takes_is_read_whole(sign: str) -> None:
    text = sign * (LONGEST // len(sign.encode()) + 10)
    found = words(text)
    assert "".join(word.surface for word in found) == text


def test_a_word_after_the_cut_keeps_its_place() -> None:
    text = "受付。" * 6_000 + "国民健康保険"
    last = compounds(text)[-1]
    assert (last.surface, last.start, last.end) == ("国民健康保険", 18_000, 18_006)


def test_threads_do_not_disturb_each_other() -> None:
    expected, found = normals("転入届と転出届の受付"), []

    def read() -> None:
        found.extend(normals("転入届と転出届の受付") == expected for _ in range(50))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200
