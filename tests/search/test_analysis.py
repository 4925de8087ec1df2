"""One analysis chain: which terms a text gives, and where they stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.analysis import Kind, analyse, readings, sounds
from kb.search.index import Synonyms
from kb.search.plan import MOST_UNITS, plan
from kb.search.rewriting import MOST_SYNONYMS


def terms(text: str, kind: Kind) -> list[str]:
    return [token.term for token in analyse(text) if token.kind is kind]


def test_words_are_normalised_and_carry_a_topic() -> None:
    assert terms("転入届を受け取る人", Kind.WORD) == ["転入", "届け", "受け", "取り", "人"]
    assert terms("ＷｅｂとWi-Fiの12番", Kind.WORD) == ["web", "wi", "fi", "12", "番"]


def test_compounds_are_long_units_and_joined_latin() -> None:
    assert terms("国民健康保険の加入", Kind.COMPOUND) == ["国民健康保険"]
    assert terms("wi-fi", Kind.COMPOUND) == ["wifi"]


def test_bigrams_leave_out_hiragana_pairs_and_run_over_line_breaks() -> None:
    assert terms("税のこと", Kind.BIGRAM) == ["税の"]
    assert terms("手\n数料", Kind.BIGRAM) == ["手数", "数料"]
    assert terms("税、市", Kind.BIGRAM) == []


def test_every_kanji_stands_alone_too() -> None:
    assert terms("納税の𠮷々", Kind.CHARACTER) == ["納", "税", "𠮷", "々"]


def test_readings_lead_from_every_word_to_the_end() -> None:
    assert readings(sounds("転入の届出"), "") == {"てんにゅうのとどけで", "のとどけで", "とどけで"}
    assert readings([], "ひっこし ヒッコシ 転居 x") == {"ひっこし"}


@pytest.mark.parametrize("text", ["Ｗｅｂ申請", "ｶﾞｲﾄﾞを渡す", "㈱青葉", "引越し届"])
def test_offsets_are_of_the_text_as_written(text: str) -> None:
    word = next(token for token in analyse(text) if token.kind is Kind.WORD)
    assert word.start == (1 if text.startswith("㈱青") and word.term == "青葉" else 0)
    assert text[word.start : word.end]


@given(st.text(max_size=40) | st.text(st.sampled_from("転入届のｶﾞａ㍿ﷺ \n-w\ud800゛"), max_size=20))
@settings(max_examples=80)
def test_any_text_has_tokens_inside_it(text: str) -> None:
    for token in analyse(text):
        assert token.term
        assert 0 <= token.start < token.end <= len(text)
        token.term.encode()


class TestPlan:
    def test_a_query_is_bounded_whatever_it_says(self) -> None:
        made = plan(" ".join(f"転入届{i}の受付" for i in range(60)), Synonyms(), exact=False)
        assert sum(len(clause[0].needs) for clause in made.clauses) <= MOST_UNITS

    def test_synonyms_are_bounded(self) -> None:
        many = Synonyms((tuple(f"語{i}" for i in range(50)),))
        made = plan("語1", many, exact=False)
        assert [len(clause) for clause in made.clauses] == [1 + MOST_SYNONYMS]
        assert len(made.also_searched) == MOST_SYNONYMS

    def test_the_longest_term_is_replaced_and_none_inside_it(self) -> None:
        terms = Synonyms((("健康保険", "健保"), ("国民健康保険", "国保")))
        assert plan("国民健康保険", terms, exact=False).also_searched == ("国保",)

    def test_preferred_words_are_announced_first(self) -> None:
        terms = Synonyms((("転入届", "住民異動届", "引越届"),))
        assert plan("住民異動届", terms, exact=False).also_searched == ("転入届", "引越届")
