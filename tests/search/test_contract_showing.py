"""What every search engine promises about what hits show, and to whom. Each test runs on each implementation of the port."""

from dataclasses import replace

import pytest

from kb.search.index import Face, Index, Passage, Query, Snippet
from tests.search.asking import OUTSIDER, found, marked, plain
from tests.search.corpus import AOBA, WAKAMATSU, a_document


class TestShowing:
    def test_a_hit_opens_at_the_step_that_matches(self, index: Index) -> None:
        index.put([a_document(steps={"a": ("受付", "番号札を渡す。"), "b": ("交付", "住民票の写しを渡す。")})])
        hit = index.search(Query("住民票")).hits[0]
        assert hit.passage == Passage("step-b", "交付", "住民票の写しを渡す。")
        assert marked(hit.snippet) == ["住民票"]

    def test_of_several_steps_the_one_with_all_words_is_best(self, index: Index) -> None:
        index.put(
            [a_document(steps={"a": ("受付", "住民票と住民票。"), "b": ("交付", "手数料を受け取り住民票を渡す。")})]
        )
        hit = index.search(Query("住民票 手数料")).hits[0]
        assert hit.passage is not None
        assert hit.passage.anchor == "step-b"

    def test_a_match_in_the_title_alone_opens_at_the_top(self, index: Index) -> None:
        index.put([a_document(title="転入届の受付", text="番号札を渡す。")])
        hit = index.search(Query("転入")).hits[0]
        assert hit.passage is None
        assert marked(hit.title) == ["転入"]
        assert marked(hit.snippet) == []

    def test_a_step_that_matches_is_preferred_to_the_title(self, index: Index) -> None:
        index.put([a_document(title="転入届の受付", text="転入届を受け取る。")])
        hit = index.search(Query("転入届")).hits[0]
        assert hit.passage is not None
        assert marked(hit.snippet) == ["転入届"]

    @pytest.mark.parametrize(
        ("query", "text", "marks"),
        [
            ("引越し", "引っ越しの日を聞く。", ["引っ越し"]),
            ("引っ越し", "引越しの日を聞く。", ["引越し"]),
            ("ガイド", "市民ｶﾞｲﾄﾞを渡す。", ["ｶﾞｲﾄﾞ"]),
            ("web", "Ｗｅｂで見る。", ["Ｗｅｂ"]),
            ("税", "納税の証明。", ["税"]),
            ("「手数料は無料」", "手数料は\n無料です。", ["手数料は\n無料"]),
        ],
    )
    def test_marks_stand_on_the_original_text(self, index: Index, query: str, text: str, marks: list[str]) -> None:
        index.put([a_document(text=text)])
        hit = index.search(Query(query)).hits[0]
        assert marked(hit.snippet) == marks
        assert plain(hit.snippet) == text

    def test_a_query_in_kana_marks_the_words_that_it_names(self, index: Index) -> None:
        index.put([a_document(title="市外からの転入届")])
        assert marked(index.search(Query("てんにゅう")).hits[0].title) == ["転入"]

    def test_a_long_text_is_cut_around_the_match(self, index: Index) -> None:
        text = "番号札を渡す。" * 50 + "住民票を渡す。" + "印影を見る。" * 50
        index.put([a_document(text=text)])
        snippet = index.search(Query("住民票")).hits[0].snippet
        assert marked(snippet) == ["住民票"]
        assert plain(snippet).startswith("…住民票を渡す。")
        assert plain(snippet).endswith("…")
        assert len(plain(snippet)) < 130

    def test_a_snippet_stays_with_the_line_of_the_match(self, index: Index) -> None:
        index.put([a_document(text="番号札を渡す。\n住民票を渡す。\n住民異動届\n住民票の写し")])
        assert plain(index.search(Query("住民票")).hits[0].snippet) == "住民票を渡す。"

    def test_words_of_different_lines_are_both_shown(self, index: Index) -> None:
        index.put([a_document(text="住民票を渡す。\n手数料を受け取る。\n番号札")])
        snippet = index.search(Query("住民票 手数料")).hits[0].snippet
        assert plain(snippet) == "住民票を渡す。\n手数料を受け取る。"
        assert marked(snippet) == ["住民票", "手数料"]

    def test_what_is_stored_comes_back(self, index: Index) -> None:
        index.put([a_document(stored={"edition": "3", "town_name": "青葉市"})])
        assert index.search(OUTSIDER).hits[0].stored == {"edition": "3", "town_name": "青葉市"}

    def test_a_document_without_passages_has_an_empty_snippet(self, index: Index) -> None:
        index.put([a_document(passages=())])
        hit = index.search(Query("転入")).hits[0]
        assert (hit.passage, hit.snippet) == (None, Snippet(()))


class TestWhoSeesWhat:
    @pytest.fixture
    def two_faces(self, index: Index) -> Index:
        open_face = a_document("m1", text="窓口で受け取る。", facets={"phase": ("受付",)})
        whole = replace(
            open_face,
            face=Face.OWN,
            title="転入届の受付と内規",
            passages=(*open_face.passages, Passage("step-b", "内規", "朱鷺色の印を押す。")),
            facets={"phase": ("受付", "秘密工程")},
        )
        index.put([open_face, whole, a_document("m2", members_only=True, title="参加団体の転入", town=WAKAMATSU)])
        return index

    @pytest.mark.parametrize("query", ["朱鷺色", "朱", "内規", "「朱鷺色」"])
    def test_internal_text_is_found_by_the_own_town_only(self, two_faces: Index, query: str) -> None:
        assert found(two_faces, query, town=AOBA) == ["m1"]
        for viewer in (
            {},
            {"town": WAKAMATSU},
            {"town": WAKAMATSU, "member": True},
            {"town": "999999", "member": True},
        ):
            hits = two_faces.search(Query(query, **viewer))
            assert (hits.total, hits.hits, hits.facets) == (0, (), {})

    def test_each_viewer_sees_a_manual_once_with_the_own_face(self, two_faces: Index) -> None:
        inside = two_faces.search(Query("転入届", town=AOBA)).hits
        outside = two_faces.search(Query("転入届")).hits
        assert [plain(hit.title) for hit in inside] == ["転入届の受付と内規"]
        assert [plain(hit.title) for hit in outside] == ["転入届の受付"]

    def test_counts_and_suggestions_know_nothing_of_it(self, two_faces: Index) -> None:
        assert dict(two_faces.search(OUTSIDER).facets["phase"]) == {"受付": 1}
        assert two_faces.suggest("転入") == ["転入届の受付"]
        assert two_faces.suggest("転入", town=AOBA) == ["転入届の受付と内規"]
        assert two_faces.suggest("ないき") == []

    def test_documents_for_participating_towns_are_for_members(self, two_faces: Index) -> None:
        assert found(two_faces, "参加団体") == []
        assert found(two_faces, "参加団体", town=AOBA, member=True) == ["m2"]
        assert two_faces.suggest("参加") == []
        assert two_faces.suggest("参加", member=True) == ["参加団体の転入"]

    def test_a_manual_with_an_own_face_alone_does_not_exist_for_others(self, index: Index) -> None:
        index.put([a_document(face=Face.OWN)])
        assert index.search(Query("", town=WAKAMATSU, member=True)).total == 0
        assert index.search(Query("", town=AOBA)).total == 1


class TestSuggesting:
    def test_beginnings_come_before_readings_and_these_before_middles(self, index: Index) -> None:
        titles = ("市外転入届", "転入届", "転入の手続き案内", "転出届")
        index.put([a_document(f"m{i}", title=title) for i, title in enumerate(titles)])
        assert index.suggest("転入") == ["転入届", "転入の手続き案内", "市外転入届"]
        assert index.suggest("てん") == ["転入届", "転出届", "市外転入届", "転入の手続き案内"]

    def test_equal_titles_are_suggested_once_and_the_limit_holds(self, index: Index) -> None:
        index.put([a_document(f"m{i}", title=f"転入届{i % 3}") for i in range(6)])
        assert index.suggest("転入", limit=2) == ["転入届0", "転入届1"]

    @pytest.mark.parametrize("prefix", ["", " ", "\x00"])
    def test_nothing_typed_suggests_nothing(self, index: Index, prefix: str) -> None:
        index.put([a_document()])
        assert index.suggest(prefix) == []
