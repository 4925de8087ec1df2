"""What every search engine promises. Each test runs on each implementation of the port."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from kb.search.index import Document, Face, Hits, Index, Passage, Query, Snippet, Sort, Synonyms
from kb.search.memory_index import MemoryIndex
from kb.search.whoosh_index import WhooshIndex
from tests.search.corpus import AOBA, TERMS, WAKAMATSU, a_document

OUTSIDER = Query("")
ENGINES: dict[str, Callable[[Path], Index]] = {
    "memory": lambda _: MemoryIndex(),
    "whoosh": WhooshIndex,
}


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, folder: Path) -> Index:
    made = ENGINES[request.param](folder)
    made.rebuild([])
    return made


def found(index: Index, text: str, synonyms: Synonyms = TERMS, **asked: object) -> list[str]:
    return [hit.id for hit in index.search(Query(text, **asked), synonyms).hits]


def marked(snippet: Snippet) -> list[str]:
    return [text for text, is_match in snippet.runs if is_match]


def plain(snippet: Snippet) -> str:
    return "".join(text for text, _ in snippet.runs)


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


class TestWriting:
    def test_a_newer_version_replaces_and_an_older_one_does_not(self, index: Index) -> None:
        index.put([a_document(version=2, title="転入届")])
        index.put([a_document(version=1, title="転出届")])
        assert index.versions() == {("m1", Face.PUBLIC): 2}
        assert (found(index, "転出"), found(index, "転入")) == ([], ["m1"])
        index.put([a_document(version=3, title="転居届")])
        assert (found(index, "転入"), found(index, "転居")) == ([], ["m1"])

    def test_the_same_version_again_replaces(self, index: Index) -> None:
        index.put([a_document(title="転入届")])
        index.put([a_document(title="転居届")])
        assert (found(index, "転居"), index.search(OUTSIDER).total) == (["m1"], 1)

    def test_of_several_versions_in_one_call_the_newest_stays(self, index: Index) -> None:
        index.put([a_document(version=n, title=title) for n, title in ((1, "転入"), (3, "転居"), (2, "転出"))])
        assert found(index, "転居") == ["m1"]
        assert index.versions() == {("m1", Face.PUBLIC): 3}

    def test_faces_have_versions_of_their_own(self, index: Index) -> None:
        index.put([a_document(version=5), a_document(version=4, face=Face.OWN)])
        assert index.versions() == {("m1", Face.PUBLIC): 5, ("m1", Face.OWN): 4}

    def test_delete_removes_both_faces_and_minds_no_unknown_id(self, index: Index) -> None:
        index.put([a_document(), a_document(face=Face.OWN), a_document("m2")])
        index.delete(["m1", "nobody"])
        assert index.versions() == {("m2", Face.PUBLIC): 1}
        assert found(index, "転入", town=AOBA) == []
        assert found(index, "転入") == ["m2"]

    def test_what_was_deleted_may_come_back(self, index: Index) -> None:
        index.put([a_document(version=7)])
        index.delete(["m1"])
        index.put([a_document(version=7)])
        assert found(index, "転入") == ["m1"]

    def test_nothing_to_put_is_no_error(self, index: Index) -> None:
        index.put([])
        index.delete([])
        assert index.versions() == {}

    def test_rebuild_replaces_everything_and_reports_progress(self, index: Index) -> None:
        index.put([a_document("old", version=9)])
        steps: list[int] = []
        index.rebuild((a_document(f"m{i}") for i in range(3)), steps.append)
        assert sorted(id_ for id_, _ in index.versions()) == ["m0", "m1", "m2"]
        assert steps == sorted(steps)
        assert steps[-1] == 3

    def test_a_rebuild_that_fails_leaves_the_old_index(self, index: Index) -> None:
        index.put([a_document()])

        def broken() -> object:
            yield a_document("m2")
            raise RuntimeError("database gone")

        with pytest.raises(RuntimeError, match="database gone"):
            index.rebuild(broken())
        assert found(index, "転入") == ["m1"]

    def test_the_turn_to_write_is_one_at_a_time_and_its_holder_writes_inside(self, index: Index) -> None:
        seen: list[bool] = []

        def other() -> None:
            with index.lock(wait=False) as mine:
                seen.append(mine)

        with index.lock() as mine:
            thread = Thread(target=other)
            thread.start()
            thread.join()
            index.put([a_document()])
        other()
        assert mine
        assert seen == [False, True]
        assert found(index, "転入") == ["m1"]


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


def test_readers_in_other_threads_see_whole_commits(index: Index) -> None:
    """Each put holds two documents with the same word: a reader sees both or none."""
    seen: list[Hits] = []
    done: list[bool] = []

    def read() -> None:
        while not done:
            seen.append(index.search(Query("転入")))

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(1, 8):
        pair: list[Document] = [a_document(id_, version=version, title=f"転入{version}") for id_ in ("m1", "m2")]
        index.put(pair)
    done.append(True)
    for reader in readers:
        reader.join()
    titles = {tuple(sorted({plain(hit.title) for hit in hits.hits})) for hits in seen}
    assert titles <= {(), *((f"転入{version}",) for version in range(1, 8))}
