"""What a person types, read as chunks that belong together; nothing is a syntax error."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.query_text import LONGEST, MOST_CHUNKS, Asked, Chunk, clean, read


def chunks(text: str) -> list[Chunk]:
    """The chunks of a query without signs: all wanted, each by itself."""
    asked = read(text)
    assert not asked.left_out
    assert all(len(group) == 1 for group in asked.groups)
    return list(asked.wanted)


def said(text: str) -> str:
    """A query as it is read, with one sign for each meaning."""
    asked = read(text)
    groups = ["|".join(map(shown, group)) for group in asked.groups]
    return " ".join(groups + [f"-{shown(chunk)}" for chunk in asked.left_out])


def shown(chunk: Chunk) -> str:
    return f'"{chunk.text}"' if chunk.phrase else chunk.text


def test_spaces_of_every_kind_cut() -> None:
    assert chunks("税 証明　写し\t手数料\n") == [Chunk("税"), Chunk("証明"), Chunk("写し"), Chunk("手数料")]


@pytest.mark.parametrize("quoted", ['"転入 届"', "「転入 届」", "『転入 届』", "“転入 届”", "＂転入　届＂"])
def test_quotes_make_a_phrase_without_its_spaces(quoted: str) -> None:
    assert chunks(f"窓口{quoted}様式") == [Chunk("窓口"), Chunk("転入届", phrase=True), Chunk("様式")]


@pytest.mark.parametrize("text", ['転入 "届', "転入 「届", "転入 届」", '転入 届"', "転入” 『届"])
def test_a_quote_without_its_partner_is_a_space(text: str) -> None:
    assert chunks(text) == [Chunk("転入"), Chunk("届")]


@pytest.mark.parametrize(
    "text", ["", " \u3000\n", '""', "「」", "「 」", "\x00\u200b", "-", "－ − ー", "--- ーー", "OR", "OR または ＯＲ"]
)
def test_nothing_typed(text: str) -> None:
    assert read(text) == Asked((), ())


@pytest.mark.parametrize("sign", ["-", "－", "−", "‐", "--"])
def test_a_minus_that_begins_a_chunk_leaves_it_out(sign: str) -> None:
    assert said(f"転入 {sign}外国人") == said(f"{sign}外国人 転入") == "転入 -外国人"
    assert said(f'転入 {sign}"外国 人" {sign}「代理」') == '転入 -"外国人" -"代理"'


def test_a_long_mark_is_a_minus_only_after_a_space_and_before_a_word() -> None:
    assert said("転入 ー外国人") == "転入 -外国人"
    assert said("ーカード") == "ーカード"
    assert said("カード ーー ー") == "カード"
    assert said("カ ーード") == "カ ーード"


@pytest.mark.parametrize("text", ["wi-fi", "１－２", "A−B", "転入-", "カード", "12-34"])
def test_a_minus_inside_a_chunk_is_a_part_of_it(text: str) -> None:
    assert read(text).left_out == ()
    assert len(read(text).groups) == 1


def test_a_minus_by_itself_is_nothing() -> None:
    assert said("転入 - 届") == "転入 届"


@pytest.mark.parametrize("word", ["OR", "ＯＲ", "または"])
def test_either_binds_its_neighbours_tighter_than_spaces(word: str) -> None:
    assert said(f"窓口 転入 {word} 転出 {word} 「転 居」 届") == '窓口 転入|転出|"転居" 届'


@pytest.mark.parametrize("text", ["OR 転入", "転入 OR", "OR OR 転入 OR", "転入 OR 転入"])
def test_either_with_one_side_means_nothing(text: str) -> None:
    assert said(text) == "転入"


def test_either_is_a_word_where_it_is_written_small_or_joined_or_quoted() -> None:
    assert said("転入 or 転出") == "転入 or 転出"
    assert said("転入または転出") == "転入または転出"
    assert said('転入 "OR" 転出') == '転入 "or" 転出'


def test_what_is_left_out_stands_outside_of_either() -> None:
    assert said("転入 OR -外国人 転出") == "転入 転出 -外国人"


def test_width_and_case_are_folded_and_equal_chunks_are_one() -> None:
    assert chunks("ＷＥＢ web ｶｰﾄﾞ カード") == [Chunk("web"), Chunk("カード")]


def test_signs_nobody_sees_are_dropped() -> None:
    assert clean("転\x00入\u200b\u202e届\ud800\ufeff") == "転入届"


def test_length_and_number_are_bounded() -> None:
    assert len(clean("転" * 10_000)) == LONGEST
    assert len(clean("\ufdfa" * 10_000)) == LONGEST
    assert len(chunks(" ".join(f"a{i}" for i in range(100)))) == MOST_CHUNKS
    assert len(read(" OR ".join(f"a{i}" for i in range(100))).wanted) == MOST_CHUNKS
    assert len(read(" -".join(f"a{i}" for i in range(100))).left_out) <= MOST_CHUNKS


@given(st.text(max_size=300) | st.text(st.sampled_from('転a-－−ーOR "「」\u3000または'), max_size=60))
def test_any_text_is_read(text: str) -> None:
    asked = read(text)
    assert all(asked.groups)
    for chunk in (*asked.wanted, *asked.left_out):
        assert chunk.text.split() == [chunk.text]
        assert all(unicodedata.category(char) not in ("Cc", "Cs", "Cf") for char in chunk.text)
