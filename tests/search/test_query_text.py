"""What a person types, read as chunks; nothing is a syntax error."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.query_text import LONGEST, MOST_CHUNKS, Chunk, chunks, clean


def test_spaces_of_every_kind_cut() -> None:
    assert chunks("税 証明　写し\t手数料\n") == [Chunk("税"), Chunk("証明"), Chunk("写し"), Chunk("手数料")]


@pytest.mark.parametrize("quoted", ['"転入 届"', "「転入 届」", "『転入 届』", "“転入 届”", "＂転入　届＂"])
def test_quotes_make_a_phrase_without_its_spaces(quoted: str) -> None:
    assert chunks(f"窓口{quoted}様式") == [Chunk("窓口"), Chunk("転入届", phrase=True), Chunk("様式")]


@pytest.mark.parametrize("text", ['転入 "届', "転入 「届", "転入 届」", '転入 届"', "転入” 『届"])
def test_a_quote_without_its_partner_is_a_space(text: str) -> None:
    assert chunks(text) == [Chunk("転入"), Chunk("届")]


@pytest.mark.parametrize("text", ["", " \u3000\n", '""', "「」", "「 」", "\x00\u200b"])
def test_nothing_typed(text: str) -> None:
    assert chunks(text) == []


def test_width_and_case_are_folded_and_equal_chunks_are_one() -> None:
    assert chunks("ＷＥＢ web ｶｰﾄﾞ カード") == [Chunk("web"), Chunk("カード")]


def test_signs_nobody_sees_are_dropped() -> None:
    assert clean("転\x00入\u200b\u202e届\ud800\ufeff") == "転入届"


def test_length_and_number_are_bounded() -> None:
    assert len(clean("転" * 10_000)) == LONGEST
    assert len(clean("\ufdfa" * 10_000)) == LONGEST
    assert len(chunks(" ".join(f"a{i}" for i in range(100)))) == MOST_CHUNKS


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for chunk in chunks(text):
        assert chunk.text.split() == [chunk.text]
        assert all(unicodedata.category(char) not in ("Cc", "Cs", "Cf") for char in chunk.text)
