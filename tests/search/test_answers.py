"""What was found once is found again at once, for those who may see it, until the index says something else."""

import pytest

from kb.search import answers, whoosh_index
from kb.search.index import Face, Index, Query, Synonyms
from kb.search.whoosh_index import WhooshIndex
from tests.search.corpus import a_document


@pytest.fixture
def embedded(folder):
    made = WhooshIndex(folder)
    made.rebuild([a_document("m1")])
    return made


@pytest.fixture
def evaluated(monkeypatch):
    """The queries that were evaluated."""
    seen: list[Query] = []
    evaluate = whoosh_index.Evaluation
    monkeypatch.setattr(whoosh_index, "Evaluation", lambda *of: seen.append(of[2]) or evaluate(*of))
    return seen


def test_the_state_of_an_index_changes_with_its_answers(index: Index) -> None:
    states = [index.state(), index.state()]
    index.put([a_document("m1")])
    states.append(index.state())
    index.delete(["m1"])
    states.append(index.state())
    index.rebuild([a_document("m2")])
    states.append(index.state())
    assert states[0] == states[1]
    assert len(set(states)) == 4


def test_the_same_question_is_evaluated_once(embedded, evaluated):
    first = embedded.search(Query("転入"))
    assert embedded.search(Query("転入")) == first
    assert len(evaluated) == 1


@pytest.mark.parametrize(
    "other",
    [
        Query("転入", town="990019"),
        Query("転入", member=True),
        Query("転入", filters={"town": ("990019",)}),
        Query("転入", exact=True),
        Query("転入", offset=20),
        Query("転入", limit=1),
        Query("転入届"),
    ],
)
def test_another_question_or_asker_is_another_one(embedded, evaluated, other):
    embedded.search(Query("転入"))
    embedded.search(other)
    assert evaluated == [Query("転入"), other]


def test_what_changed_is_found(embedded):
    assert embedded.search(Query("転入")).total == 1
    embedded.put([a_document("m2")])
    assert embedded.search(Query("転入")).total == 2
    embedded.delete(["m1", "m2"])
    assert embedded.search(Query("転入")).total == 0


def test_the_own_town_finds_its_own_and_an_outsider_does_not(embedded):
    embedded.put([a_document("m3", face=Face.OWN, title="金庫の番号", town="990019")])
    assert embedded.search(Query("金庫", town="990019")).total == 1
    assert embedded.search(Query("金庫")).total == 0
    assert embedded.search(Query("金庫", town="990027")).total == 0


def test_new_synonyms_ask_again_and_equal_ones_do_not(embedded, evaluated):
    for synonyms in (Synonyms((("転入", "入域"),)), Synonyms((("転入", "入域"),)), Synonyms((("転入", "流入"),))):
        embedded.search(Query("入域"), synonyms)
    assert len(evaluated) == 2


def test_memory_is_bounded(embedded, evaluated, monkeypatch):
    monkeypatch.setattr(answers, "BUDGET", 10)
    for _ in range(2):
        embedded.search(Query("転入"))
    assert len(evaluated) == 2
