"""What every search engine promises about finding. Each test runs on each implementation of the port."""

import pytest

from kb.search.index import Index, Query, Sort
from tests.search.asking import found, marked
from tests.search.corpus import TERMS, a_document


class TestFinding:
    @pytest.mark.parametrize("query", ["転入", "転", "入", "届", "転入届", "転入届の受付", "受付 転入", "受付　転入"])
    def test_titles_are_found_from_one_character_on(self, index: Index, query: str) -> None:
        index.put([a_document("m1", title="転入届の受付"), a_document("m2", title="印鑑登録", text="印影を見る。")])
        assert found(index, query) == ["m1"]

    @pytest.mark.parametrize("text", ["税を納める。", "納税する。", "住民税の額。", "国税庁に聞く。"])
    def test_a_single_kanji_finds_it_inside_any_word(self, index: Index, text: str) -> None:
        index.put([a_document(text=text), a_document("m2", text="印影を見る。")])
        assert found(index, "税") == ["m1"]

    @pytest.mark.parametrize("query", ["引越し届", "引っ越し届", "引越", "引っ越し", "引っ越す", "引っ越した"])
    @pytest.mark.parametrize("text", ["引っ越した人の届を読む。", "引越し届を読む。"])
    def test_ways_to_write_a_word_are_one(self, index: Index, query: str, text: str) -> None:
        index.put([a_document(text=text)])
        assert found(index, query) == ["m1"]

    @pytest.mark.parametrize("query", ["ｗｅｂ", "WEB", "Ｗｅｂ申請", "wifi", "wi-fi", "Ｗｉ－Ｆｉ", "１２", "12"])
    def test_width_and_case_do_not_matter(self, index: Index, query: str) -> None:
        index.put([a_document(text="Ｗｅｂで申請。Wi-Fiは12番。"), a_document("m2", text="紙で申請。")])
        assert found(index, query) == ["m1"]

    @pytest.mark.parametrize(
        "query", ["てんにゅう", "テンニュウ", "ﾃﾝﾆｭｳ", "てんにゅ", "とどけ", "てんにゅうとどけのうけつけ", "うけつけ"]
    )
    def test_a_title_is_found_by_its_reading(self, index: Index, query: str) -> None:
        index.put([a_document(), a_document("m2", title="印鑑登録")])
        assert found(index, query) == ["m1"]

    def test_given_readings_and_those_of_keywords_count_too(self, index: Index) -> None:
        index.put(
            [
                a_document("m1", title="届出", readings="ひっこし てんにゅう"),
                a_document("m2", title="届出", keywords="転居"),
            ]
        )
        assert found(index, "ひっこし") == ["m1"]
        assert found(index, "てんきょ") == ["m2"]

    def test_spaces_mean_and(self, index: Index) -> None:
        index.put(
            [
                a_document("m1", text="税の証明を出す。"),
                a_document("m2", text="税を納める。"),
                a_document("m3", text="証明を出す。"),
            ]
        )
        assert found(index, "税 証明") == ["m1"]

    def test_a_particle_between_spaces_asks_for_nothing(self, index: Index) -> None:
        index.put([a_document(text="税の証明を出す。")])
        assert found(index, "税 の 証明") == ["m1"]

    @pytest.mark.parametrize(
        "query", ['"証明の手数料"', "「証明の手数料」", "『証明の手数料』", "“証明の手数料”", "「証明の\u3000手数料」"]
    )
    def test_a_phrase_is_taken_to_the_letter(self, index: Index, query: str) -> None:
        index.put([a_document("m1", text="証明の\n手数料を受け取る。"), a_document("m2", text="手数料の証明を渡す。")])
        assert found(index, query) == ["m1"]
        assert sorted(found(index, "証明の手数料")) == ["m1", "m2"]

    def test_a_phrase_does_not_run_from_one_passage_into_the_next(self, index: Index) -> None:
        index.put([a_document(steps={"a": ("確認", "証明"), "b": ("手数料", "受け取る")})])
        assert found(index, "「証明手数料」") == []

    def test_a_question_in_everyday_words_needs_most_of_its_words(self, index: Index) -> None:
        index.put(
            [
                a_document(text="転入した人の国民健康保険の加入を受け付け、保険証を渡す。"),
                a_document("m2", text="印影を見る。"),
            ]
        )
        assert found(index, "転入した人に国民健康保険の保険証を渡すのはいつですか") == ["m1"]

    def test_question_words_ask_for_nothing(self, index: Index) -> None:
        index.put([a_document(text="引っ越しの手数料は無料。")])
        assert found(index, "引っ越しの手数料はいくらですか") == ["m1"]

    def test_the_empty_query_finds_everything_newest_first(self, index: Index) -> None:
        index.put([a_document(f"m{i}", published_at=float(i)) for i in (2, 3, 1)])
        assert found(index, " \u3000 ") == ["m3", "m2", "m1"]

    @pytest.mark.parametrize("query", ["!!!", "「」", '"', "。", "存在しない言葉"])
    def test_what_names_nothing_finds_nothing(self, index: Index, query: str) -> None:
        index.put([a_document()])
        assert found(index, query) == []


class TestSynonyms:
    def test_a_term_is_found_by_its_other_names_and_says_so(self, index: Index) -> None:
        index.put([a_document(title="国民健康保険の加入"), a_document("m2", title="印鑑登録")])
        hits = index.search(Query("国保の加入"), TERMS)
        assert [hit.id for hit in hits.hits] == ["m1"]
        assert hits.also_searched == ("国民健康保険",)
        assert marked(hits.hits[0].title) == ["国民健康保険", "加入"]

    def test_only_this_word_leaves_them_out(self, index: Index) -> None:
        index.put([a_document(title="国民健康保険の加入")])
        hits = index.search(Query("国保", exact=True), TERMS)
        assert (hits.total, hits.also_searched) == (0, ())

    def test_the_word_as_typed_counts_more_than_its_synonym(self, index: Index) -> None:
        index.put(
            [a_document("m1", title="住民異動届"), a_document("m2", title="転入届"), a_document("m3", title="印鑑登録")]
        )
        assert found(index, "転入届")[0] == "m2"

    def test_what_the_query_says_itself_is_not_announced(self, index: Index) -> None:
        index.put([a_document(title="国民健康保険(国保)の加入")])
        assert index.search(Query("国保 国民健康保険"), TERMS).also_searched == ()

    def test_a_term_inside_a_longer_word_is_another_word(self, index: Index) -> None:
        index.put([a_document(title="健保組合")])
        hits = index.search(Query("国民健康保険"), TERMS)
        assert hits.also_searched == ("国保",)
        assert hits.total == 0

    def test_a_phrase_has_no_synonyms(self, index: Index) -> None:
        index.put([a_document(title="国民健康保険の加入")])
        assert index.search(Query("「国保」"), TERMS).also_searched == ()

    def test_words_that_differ_in_law_are_never_equal(self, index: Index) -> None:
        index.put([a_document("m1", title="申請"), a_document("m2", title="届出"), a_document("m3", title="申告")])
        assert [found(index, word) for word in ("申請", "届出", "申告")] == [["m1"], ["m2"], ["m3"]]


class TestOrder:
    def test_the_title_counts_more_than_keywords_and_these_more_than_text(self, index: Index) -> None:
        index.put(
            [
                a_document("m1", title="届出", text="税を見る。"),
                a_document("m2", title="税届", text="届を見る。"),
                a_document("m3", title="届出", keywords="税", text="届を見る。"),
                *(a_document(f"x{i}", title="印鑑", text="印影を見る。") for i in range(5)),
            ]
        )
        assert found(index, "税") == ["m2", "m3", "m1"]

    def test_newest_first_on_demand(self, index: Index) -> None:
        index.put(
            [
                a_document("m1", published_at=1.0),
                a_document("m2", title="転入", published_at=0.0),
                a_document("m3", published_at=2.0),
            ]
        )
        assert found(index, "転入", sort=Sort.NEWEST) == ["m3", "m1", "m2"]

    def test_ties_are_broken_by_newest_then_by_id(self, index: Index) -> None:
        index.put([a_document("m3"), a_document("m1"), a_document("m2", published_at=1.0)])
        assert found(index, "転入") == ["m2", "m1", "m3"]

    def test_pages_follow_each_other(self, index: Index) -> None:
        index.put([a_document(f"m{i}", published_at=float(i % 3)) for i in range(7)])
        whole = found(index, "転入", limit=20)
        pages = [found(index, "転入", limit=3, offset=offset) for offset in (0, 3, 6, 9)]
        assert [id_ for page in pages for id_ in page] == whole
        assert [len(page) for page in pages] == [3, 3, 1, 0]
        assert index.search(Query("転入", limit=3, offset=6)).total == 7


class TestFacets:
    @pytest.fixture
    def three(self, index: Index) -> Index:
        index.put(
            [
                a_document("m1", facets={"area": ("B01", "Z01"), "size": ("大",)}),
                a_document("m2", facets={"area": ("B01",), "size": ("小",)}),
                a_document("m3", facets={"area": ("C01",), "size": ("小",)}),
                a_document("m4", title="印鑑登録", facets={"area": ("C01",), "size": ("大",)}),
            ]
        )
        return index

    def test_counts_are_over_all_hits_most_first(self, three: Index) -> None:
        hits = three.search(Query("転入", limit=1))
        assert hits.facets == {"area": (("B01", 2), ("C01", 1), ("Z01", 1)), "size": (("小", 2), ("大", 1))}

    def test_a_facet_sees_all_filters_but_its_own(self, three: Index) -> None:
        hits = three.search(Query("転入", filters={"area": ("B01",)}))
        assert hits.total == 2
        assert hits.facets["area"] == (("B01", 2), ("C01", 1), ("Z01", 1))
        assert hits.facets["size"] == (("大", 1), ("小", 1))

    def test_values_of_a_facet_are_alternatives_and_facets_add_up(self, three: Index) -> None:
        assert sorted(found(three, "転入", filters={"area": ("B01", "C01")})) == ["m1", "m2", "m3"]
        assert found(three, "転入", filters={"area": ("B01", "C01"), "size": ("大",)}) == ["m1"]

    def test_no_value_chosen_is_no_filter_and_an_unknown_one_finds_nothing(self, three: Index) -> None:
        assert len(found(three, "転入", filters={"area": ()})) == 3
        assert found(three, "転入", filters={"area": ("X99",)}) == []
        assert found(three, "転入", filters={"colour": ("青",)}) == []
