"""A packed document: folded text finds its way back to what was written."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.index import Passage
from kb.search.record import record
from kb.search.sheet import Sheet, squeezed, squeezed_with_runs
from tests.search.corpus import a_document

TEXTS = st.text(max_size=25) | st.text(st.sampled_from("転入届 ｶﾞ㍿ﷺ\n\u3000\x00Ａa゛\u0301\ud800𠮷ß"), max_size=25)


@given(TEXTS)
@settings(max_examples=100)
def test_the_way_back_belongs_to_the_squeezed_text(text: str) -> None:
    assert squeezed_with_runs(text).text == squeezed(text)


@given(TEXTS, st.data())
@settings(max_examples=80)
def test_what_is_found_folded_is_marked_where_it_was_written(text: str, data: st.DataObject) -> None:
    made = record(a_document(title="転入", text=text)).sheet
    tight = "".join(char for char in squeezed(text) if not "\ud800" <= char <= "\udfff")
    if not tight or tight != squeezed(text):
        return
    start = data.draw(st.integers(0, len(tight) - 1))
    letters = tight[start : data.draw(st.integers(start + 1, len(tight)))]
    assert 3 in made.holding(letters)
    spans = made.spans(letters, 3)
    assert spans
    for begin, end in spans:
        assert letters in squeezed(text[begin:end])
        after = unicodedata.normalize("NFKC", text[begin + 1 : begin + 2]) or " "
        marked = unicodedata.combining(after[0])  # an accent stands on the blank before it, a half-width one too
        assert marked or not text[begin].isspace()
        assert not text[end - 1].isspace()


def test_a_word_is_found_in_the_pieces_where_it_stands() -> None:
    document = a_document(
        title="転入届", keywords="転入", passages=(Passage("a", "確認", "転入した日"), Passage("b", "転入", "日"))
    )
    places = record(document).sheet.places("w転入")
    assert [(place.piece, place.start, place.end) for place in places] == [(0, 0, 2), (3, 0, 2), (4, 0, 2)]


def test_a_sheet_comes_back_from_its_bytes() -> None:
    made = record(a_document(text="\ud800窓口", stored={"n": "1"})).sheet
    again = Sheet(made.folded, made.rest)
    assert (again.id, again.title, again.stored) == ("m1", "転入届の受付", {"n": "1"})
    assert again.passage(0) == Passage("step-a", "確認", "\ud800窓口")


def test_a_text_longer_than_short_numbers_reach_is_marked_too() -> None:
    made = record(a_document(text="確認する。" * 14_000 + "転入届")).sheet
    again = Sheet(made.folded, made.rest)
    assert again.places("w転入")[-1] == (3, 70_000, 70_002)
    assert again.spans("転入届", 3) == [(70_000, 70_003)]
    assert again.passage(0).text.endswith("転入届")
