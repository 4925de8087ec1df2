"""What every search engine promises about understanding a query: signs, articles, romaji, and what meets only a part."""

import pytest

from kb.search.index import Face, Index, Passage, Query, Sort
from tests.search.asking import found, marked, plain
from tests.search.corpus import AOBA, TERMS, a_document


class TestSigns:
    @pytest.fixture
    def four(self, index: Index) -> Index:
        index.put(
            [
                a_document("m1", title="転入届", text="外国人の届を読む。"),
                a_document("m2", title="転入届", text="代理人の委任状を見る。"),
                a_document("m3", title="転出届", text="手数料は無料。"),
                a_document("m4", title="印鑑登録", text="代理人の手数料。"),
            ]
        )
        return index

    @pytest.mark.parametrize(
        "query", ["転入 -外国人", "－外国人 転入", "転入 −「外国人」", "転入　ー外国人", "転入 -外国人 -存在しない"]
    )
    def test_a_minus_leaves_out(self, four: Index, query: str) -> None:
        assert found(four, query) == ["m2"]

    def test_a_phrase_is_left_out_only_to_the_letter(self, four: Index) -> None:
        assert sorted(found(four, "届 -「代理の人」")) == ["m1", "m2", "m3"]
        assert sorted(found(four, '届 -"代理人の委任状"')) == ["m1", "m3"]
        assert sorted(found(four, "届 -外国人の届を読む")) == ["m2", "m3"]

    def test_several_minuses_alone_find_all_the_rest(self, four: Index) -> None:
        assert sorted(found(four, "-転入届 -印鑑")) == ["m3"]
        assert sorted(found(four, "-存在しない言葉")) == ["m1", "m2", "m3", "m4"]

    def test_a_minus_alone_is_nothing(self, four: Index) -> None:
        assert found(four, "転入 - 外国人") == ["m1"]
        assert found(four, "-") == []

    def test_what_is_left_out_has_no_synonyms(self, index: Index) -> None:
        index.put([a_document("m1", title="国民健康保険"), a_document("m2", title="国保")])
        assert found(index, "-国保") == ["m1"]

    def test_another_writing_of_the_word_is_left_out_too(self, index: Index) -> None:
        index.put([a_document("m1", text="引っ越しの日"), a_document("m2", text="窓口の日")])
        assert found(index, "日 -引越し") == ["m2"]

    def test_what_is_left_out_neither_scores_nor_marks_and_is_told(self, four: Index) -> None:
        plainly = four.search(Query("届", filters={"area": ("B01",)}))
        hits = four.search(Query("届 -外国人 -「印鑑 登録」 -!"))
        assert hits.without == ("外国人", "印鑑登録")
        assert {hit.id: hit.score for hit in hits.hits}.items() <= {hit.id: hit.score for hit in plainly.hits}.items()
        assert all("外国人" not in marked(hit.snippet) for hit in hits.hits)

    @pytest.mark.parametrize("word", ["OR", "ＯＲ", "または"])
    def test_either_takes_both_sides_and_binds_tighter_than_spaces(self, four: Index, word: str) -> None:
        assert sorted(found(four, f"外国人 {word} 手数料")) == ["m1", "m3", "m4"]
        assert sorted(found(four, f"届 外国人 {word} 手数料")) == ["m1", "m3"]
        assert sorted(found(four, f"外国人 {word} 「代理人の手数料」 {word} 転出")) == ["m1", "m3", "m4"]
        assert found(four, f"外国人 {word} 手数料 -印鑑 -転出") == ["m1"]

    def test_small_letters_are_a_word(self, index: Index) -> None:
        index.put([a_document("m1", text="AI or OCR"), a_document("m2", text="AI"), a_document("m3", text="OCR")])
        assert found(index, "ai or ocr") == ["m1"]
        assert sorted(found(index, "ai OR ocr")) == ["m1", "m2", "m3"]

    @pytest.mark.parametrize("query", ["OR OR OR", "- - -", "-OR", "OR -"])
    def test_signs_without_words_find_nothing_or_all_and_never_fail(self, four: Index, query: str) -> None:
        assert len(found(four, query)) in (0, 4)


class TestArticles:
    @pytest.fixture
    def law(self, index: Index) -> Index:
        bases = Passage("legal", "根拠法令", "住民基本台帳法 第22条第1項\n地方自治法 第二百三十二条の二")
        index.put(
            [
                a_document("m1", passages=(bases,)),
                a_document("m2", text="住民基本台帳法第12条の3、公営住宅法第２３条"),
                a_document("m3", title="三条市の二十二条件"),
            ]
        )
        return index

    @pytest.mark.parametrize(
        "query",
        [
            "住民基本台帳法22条",
            "住民基本台帳法第22条",
            "住民基本台帳法第二十二条",
            "住民基本台帳法二二条",
            "住民基本台帳法第２２条第１項",
            "第二十二条 住民基本台帳法",
            "22条",
            "22 住民基本台帳法",
            "地方自治法232条の2",
            "地方自治法第二三二条の二",
            "-12条の3 住民基本台帳法",
        ],
    )
    def test_an_article_is_found_however_it_is_written(self, law: Index, query: str) -> None:
        assert found(law, query) == ["m1"]

    def test_an_article_is_not_its_branch_nor_another_one(self, law: Index) -> None:
        assert found(law, "12条") == []
        assert found(law, "12条の3") == ["m2"]
        assert found(law, "2条") == []

    def test_a_short_name_of_the_law_leads_there_too(self, index: Index) -> None:
        index.put([a_document(text="国民健康保険第九条"), a_document("m2", text="国民健康保険第八条")])
        assert found(index, "国保9条") == ["m1"]

    def test_the_article_is_marked_as_it_is_written(self, law: Index) -> None:
        hit = law.search(Query("地方自治法232条の2")).hits[0]
        assert "第二百三十二条の二" in "".join(marked(hit.snippet))
        assert plain(hit.snippet).endswith("第二百三十二条の二")

    def test_the_name_of_a_town_stays_one(self, law: Index) -> None:
        assert found(law, "三条市") == ["m3"]
        assert found(law, "3条") == []


class TestRomaji:
    @pytest.mark.parametrize(
        "query", ["tennyuu", "tennyu", "tennyū", "ＴＥＮＮＹＵＵ", "tennyuutodoke", "todoke uketsuke", "uketuke"]
    )
    def test_a_title_is_found_by_its_reading_in_latin_letters(self, index: Index, query: str) -> None:
        index.put([a_document(), a_document("m2", title="印鑑登録")])
        assert found(index, query) == ["m1"]

    def test_the_words_that_are_heard_are_marked(self, index: Index) -> None:
        index.put([a_document(title="市外からの転入届")])
        assert marked(index.search(Query("tennyu")).hits[0].title) == ["転入"]

    def test_long_vowels_may_be_left_out(self, index: Index) -> None:
        index.put([a_document(title="住民票"), a_document("m2", title="印鑑登録")])
        assert found(index, "juminhyo") == found(index, "jūminhyō") == found(index, "zyuuminhyou") == ["m1"]

    def test_a_latin_word_that_somebody_writes_is_no_romaji(self, index: Index) -> None:
        index.put([a_document("m1", title="犬の登録"), a_document("m2", title="印鑑", text="inuを使う。")])
        assert found(index, "inu") == ["m2"]

    def test_what_a_viewer_may_not_read_does_not_make_it_one(self, index: Index) -> None:
        index.put([a_document("m1", title="犬の登録"), a_document("m2", face=Face.OWN, text="inuを使う。")])
        assert found(index, "inu") == ["m1"]
        assert found(index, "inu", town=AOBA) == ["m2"]

    @pytest.mark.parametrize("query", ["ai", "excel", "a4", "dv"])
    def test_abbreviations_and_foreign_words_are_not_read_aloud(self, index: Index, query: str) -> None:
        index.put([a_document(title="愛の手帳")])
        assert found(index, query) == []


class TestAPart:
    @pytest.fixture
    def two(self, index: Index) -> Index:
        index.put(
            [
                a_document("m1", text="犬の鑑札と予防注射を確かめ、飼い主に渡す。", published_at=1.0),
                a_document("m2", title="犬の登録", text="犬の鑑札を渡す。", published_at=2.0),
                a_document("m3", title="印鑑登録", text="印影を見る。", published_at=3.0),
            ]
        )
        return index

    def test_one_long_chunk_takes_what_meets_a_part_after_what_meets_most(self, two: Index) -> None:
        hits = two.search(Query("飼い主に予防注射のあと犬の鑑札を渡す"))
        assert [hit.id for hit in hits.hits] == ["m1", "m2"]
        assert (hits.total, hits.relaxed) == (2, 1)
        assert "鑑札" in "".join(marked(hits.hits[1].snippet))

    def test_newest_first_keeps_it_behind(self, two: Index) -> None:
        assert found(two, "飼い主に予防注射のあと犬の鑑札を渡す", sort=Sort.NEWEST) == ["m1", "m2"]

    def test_only_this_word_takes_no_part(self, two: Index) -> None:
        assert found(two, "飼い主に予防注射のあと犬の鑑札を渡す", exact=True) == ["m1"]

    def test_words_between_spaces_are_all_meant_while_anything_has_them_all(self, two: Index) -> None:
        assert found(two, "犬 予防注射") == ["m1"]
        hits = two.search(Query("犬 予防注射 印鑑登録"))
        assert sorted(hit.id for hit in hits.hits) == ["m1", "m3"]
        assert hits.relaxed == hits.total == 2

    def test_facets_and_pages_count_it(self, two: Index) -> None:
        question = Query("飼い主に予防注射のあと犬の鑑札を渡す", offset=1, limit=1)
        hits = two.search(question)
        assert (hits.total, hits.relaxed, [hit.id for hit in hits.hits]) == (2, 1, ["m2"])
        assert dict(hits.facets["area"]) == {"B01": 2}

    def test_many_that_meet_most_leave_the_rest_out(self, index: Index) -> None:
        index.put([a_document(f"m{i}", text="犬の鑑札と予防注射。") for i in range(10)])
        index.put([a_document("x1", text="犬の鑑札。")])
        hits = index.search(Query("犬の鑑札と予防注射"))
        assert (hits.total, hits.relaxed) == (10, 0)

    def test_a_phrase_and_what_is_left_out_hold_for_it_too(self, two: Index) -> None:
        assert found(two, "「犬の登録」 存在しない言葉") == ["m2"]
        assert found(two, "飼い主に予防注射のあと犬の鑑札を渡す -登録") == ["m1"]
        assert found(two, "存在しない言葉 -登録") == []

    def test_a_word_that_nobody_has_does_not_stand_in_the_way(self, two: Index) -> None:
        assert found(two, "印影のブロックチェーン") == ["m3"]

    def test_why_it_is_there_tells_the_words_that_it_has(self, two: Index) -> None:
        why = two.explain(Query("犬 予防注射 印鑑登録"), "m3", TERMS)
        assert why is not None
        assert [reason.words for reason in why.reasons] == [("印鑑登録",)]
