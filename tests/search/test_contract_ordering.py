"""What every search engine promises about the order of hits: signals, the own town first, groups, and why."""

from dataclasses import replace

import pytest

from kb.search.explanation import SOUND
from kb.search.index import Face, Group, Hit, Index, Query, Sort
from kb.search.signals import Signals, boost_of
from tests.search.asking import OUTSIDER, found
from tests.search.corpus import AOBA, TERMS, WAKAMATSU, a_document

EVERYTHING = Signals(likes=1_000, adoptions=1_000, days=0)


def score(index: Index, id_: str, text: str = "転入") -> float:
    return next(hit.score for hit in index.search(Query(text), TERMS).hits if hit.id == id_)


class TestSignals:
    def test_they_decide_among_equals(self, index: Index) -> None:
        index.put([a_document("m1", published_at=2.0), a_document("m2", published_at=1.0)])
        assert found(index, "転入") == ["m1", "m2"]
        index.put_signals({"m2": Signals(adoptions=1)})
        assert found(index, "転入") == ["m2", "m1"]

    def test_they_never_outweigh_a_clearly_better_match(self, index: Index) -> None:
        index.put([a_document("m1"), a_document("m2", title="印鑑登録", text="転入の人は住民票を先に作る。")])
        index.put_signals({"m2": EVERYTHING})
        assert found(index, "転入") == ["m1", "m2"]

    def test_they_add_at_most_fifteen_percent(self, index: Index) -> None:
        index.put([a_document()])
        before = score(index, "m1")
        index.put_signals({"m1": EVERYTHING})
        assert score(index, "m1") == pytest.approx(before * 1.15, abs=1e-8)

    def test_they_are_of_both_faces(self, index: Index) -> None:
        index.put([a_document(face=Face.OWN), a_document()])
        before = [index.search(Query("転入", town=town)).hits[0].score for town in (AOBA, None)]
        index.put_signals({"m1": Signals(likes=3)})
        after = [index.search(Query("転入", town=town)).hits[0].score for town in (AOBA, None)]
        assert all(later > earlier for earlier, later in zip(before, after, strict=True))

    def test_new_ones_replace_all_of_the_old_ones(self, index: Index) -> None:
        index.put([a_document("m1"), a_document("m2")])
        plain = score(index, "m1")
        index.put_signals({"m1": Signals(likes=1), "unknown": Signals(likes=1)})
        index.put_signals({"m2": Signals(likes=1)})
        assert score(index, "m1") == plain
        assert score(index, "m2") > plain

    def test_a_rebuild_and_a_newer_version_keep_them(self, index: Index) -> None:
        index.put([a_document()])
        index.put_signals({"m1": Signals(likes=5)})
        lifted = score(index, "m1")
        index.put([a_document(version=2)])
        assert score(index, "m1") == lifted
        index.rebuild([a_document(version=2)])
        assert score(index, "m1") == lifted

    def test_the_state_changes_with_them_and_only_with_them(self, index: Index) -> None:
        index.put_signals({"m1": Signals(likes=5)})
        before = index.state()
        index.put_signals({"m1": Signals(likes=5)})
        assert index.state() == before
        index.put_signals({"m1": Signals(likes=6)})
        assert index.state() != before

    def test_they_do_not_touch_newest_first(self, index: Index) -> None:
        index.put([a_document("m1", published_at=2.0), a_document("m2", published_at=1.0)])
        index.put_signals({"m2": EVERYTHING})
        assert found(index, "転入", sort=Sort.NEWEST) == ["m1", "m2"]


class TestOwnFirst:
    def test_the_own_town_stands_before_what_fits_better(self, index: Index) -> None:
        own = a_document("m2", face=Face.OWN, title="印鑑登録", text="転入の人は先に住民票を作る。")
        index.put([a_document("m1", town=WAKAMATSU), own, a_document("m3", town=WAKAMATSU, published_at=1.0)])
        assert found(index, "転入", town=AOBA) == ["m3", "m1", "m2"]
        assert found(index, "転入", town=AOBA, own_first=True) == ["m2", "m3", "m1"]
        assert found(index, "転入", town=AOBA, own_first=True, sort=Sort.NEWEST) == ["m2", "m3", "m1"]

    def test_pages_follow_each_other_without_gaps(self, index: Index) -> None:
        towns = [AOBA, WAKAMATSU]
        index.put([a_document(f"m{i}", town=towns[i % 2], face=[Face.OWN, Face.PUBLIC][i % 2]) for i in range(7)])
        whole = found(index, "転入", town=AOBA, own_first=True)
        pages = [found(index, "転入", town=AOBA, own_first=True, offset=at, limit=2) for at in range(0, 8, 2)]
        assert whole == sorted(whole, key=lambda id_: int(id_[1:]) % 2)
        assert [id_ for page in pages for id_ in page] == whole

    def test_for_somebody_without_a_town_nothing_changes(self, index: Index) -> None:
        index.put([a_document("m1"), a_document("m2", town=WAKAMATSU, published_at=1.0)])
        assert found(index, "転入", own_first=True) == found(index, "転入") == ["m2", "m1"]


def of(procedure: str, town: str = AOBA) -> dict[str, tuple[str, ...]]:
    return {"town": (town,), "procedure": (procedure,)}


@pytest.fixture
def several(index: Index) -> Index:
    """Three manuals of 転入届 from two towns, one of 転居届, and two that are about no procedure."""
    index.put(
        [
            a_document("m1", facets=of("tennyu"), published_at=1.0),
            a_document("m2", facets=of("tennyu", WAKAMATSU), town=WAKAMATSU, published_at=6.0),
            a_document("m3", facets=of("tennyu"), published_at=3.0),
            a_document("m4", facets=of("tenkyo"), published_at=4.0),
            a_document("m5", published_at=5.0),
            a_document("m6", published_at=2.0),
        ]
    )
    return index


GROUPED = Query("", sort=Sort.NEWEST, grouped=True)


def shown(hits: tuple[Hit, ...]) -> list[tuple[str, Group | None]]:
    return [(hit.id, hit.group) for hit in hits]


class TestGroups:
    def test_each_procedure_is_one_hit_with_its_best_manual_and_the_others_stand_alone(self, several: Index) -> None:
        hits = several.search(GROUPED)
        assert shown(hits.hits) == [
            ("m2", Group("tennyu", 3, 2)),
            ("m5", None),
            ("m4", Group("tenkyo", 1, 1)),
            ("m6", None),
        ]
        assert (hits.total, hits.groups) == (6, 4)

    def test_pages_count_groups(self, several: Index) -> None:
        pages = [several.search(replace(GROUPED, offset=at, limit=3)) for at in (0, 3, 6)]
        assert [hit.id for page in pages for hit in page.hits] == ["m2", "m5", "m4", "m6"]
        assert {page.groups for page in pages} == {4}

    def test_filters_are_for_manuals_and_a_group_counts_what_passes(self, several: Index) -> None:
        hits = several.search(replace(GROUPED, filters={"town": (AOBA,)}))
        assert shown(hits.hits)[2] == ("m3", Group("tennyu", 2, 1))
        assert [hit.id for hit in several.search(Query("", filters={"procedure": ("tennyu",)})).hits] == [
            "m2",
            "m3",
            "m1",
        ]

    def test_what_a_viewer_may_not_read_is_not_counted(self, several: Index) -> None:
        several.put([a_document("m9", face=Face.OWN, facets=of("tenkyo"))])
        assert dict(shown(several.search(GROUPED).hits))["m4"] == Group("tenkyo", 1, 1)

    def test_without_groups_nothing_is_said_of_them(self, several: Index) -> None:
        hits = several.search(OUTSIDER)
        assert hits.groups is None
        assert {hit.group for hit in hits.hits} == {None}


class TestWhy:
    def test_it_adds_up_to_the_score_of_the_hit(self, index: Index) -> None:
        index.put(
            [
                a_document(keywords="転入届 引っ越し", text="転入の人の国保の届を受ける。"),
                a_document("m2", title="国民健康保険"),
            ]
        )
        index.put_signals({"m1": Signals(likes=9, adoptions=3, days=60)})
        question = Query("転入 国保")
        (hit,) = index.search(question, TERMS).hits
        why = index.explain(question, "m1", TERMS)
        assert why is not None
        assert why.score == hit.score
        assert why.words_score * why.boost.factor == pytest.approx(hit.score, abs=1e-8)
        assert (why.signals, why.boost) == (Signals(9, 3, 60), boost_of(Signals(9, 3, 60)))
        assert (why.rank, why.total) == (1, 1)

    def test_it_says_where_each_word_stands_most_first(self, index: Index) -> None:
        index.put([a_document(title="転入届", keywords="", text="転入の人が届け出る。手数料は無料。")])
        why = index.explain(Query("転入 手数料"), "m1")
        assert why is not None
        assert [reason.words for reason in why.reasons] == [("転入",), ("手数料",)]
        assert [[place for place, _ in reason.places] for reason in why.reasons] == [["title", "body"], ["body"]]

    def test_it_says_when_a_word_of_the_same_meaning_was_found(self, index: Index) -> None:
        index.put([a_document(title="国民健康保険の加入")])
        why = index.explain(Query("国保"), "m1", TERMS)
        assert why is not None
        assert [reason.other for reason in why.reasons] == [True]
        assert index.explain(Query("国保", exact=True), "m1", TERMS) is None

    def test_of_two_words_parted_by_or_neither_stands_for_the_other(self, index: Index) -> None:
        index.put([a_document(title="転入届")])
        why = index.explain(Query("印鑑 OR 転入"), "m1", TERMS)
        assert why is not None
        assert [(reason.words, reason.other) for reason in why.reasons] == [(("転入",), False)]

    def test_it_says_when_only_a_part_of_the_question_is_met(self, index: Index) -> None:
        index.put([a_document(title="転入届"), a_document("m2", title="転入と印鑑")])
        for question, loose in (("転入 印鑑", False), ("転入 印鑑 手数料の減免", True)):
            why = index.explain(Query(question), "m2")
            assert why is not None
            assert why.loose == loose

    def test_it_says_when_a_reading_was_found(self, index: Index) -> None:
        index.put([a_document(title="転入届")])
        why = index.explain(Query("てんにゅう"), "m1")
        assert why is not None
        assert [place for place, _ in why.reasons[0].places] == [SOUND]

    def test_it_knows_the_place_among_all_that_was_found(self, index: Index) -> None:
        index.put([a_document(f"m{i}", published_at=float(i)) for i in range(5)])
        for place, id_ in enumerate(found(index, "転入"), start=1):
            why = index.explain(Query("転入", offset=3, limit=1), id_)
            assert why is not None
            assert (why.rank, why.total) == (place, 5)

    def test_of_what_a_viewer_may_not_read_or_that_does_not_match_it_knows_nothing(self, index: Index) -> None:
        index.put([a_document(face=Face.OWN), a_document("m2", members_only=True), a_document("m3", title="印鑑")])
        question = Query("転入")
        assert [index.explain(question, id_) for id_ in ("m1", "m2", "m3", "nobody")] == [None] * 4
        assert index.explain(Query("転入", town=AOBA), "m1") is not None
        assert index.explain(Query("転入", town=AOBA, filters={"area": ("Z",)}), "m1") is None

    def test_without_words_there_are_no_reasons(self, index: Index) -> None:
        index.put([a_document()])
        why = index.explain(Query(""), "m1")
        assert why is not None
        assert (why.reasons, why.score) == ((), 0.0)
