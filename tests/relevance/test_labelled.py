"""The labelled queries are whole: every manual is known and asked for, every kind and both halves are there."""

from collections import Counter

import pytest

from tests.relevance.labelled import GOOD, GRADES, HEADER, Half, Kind, Mislabelled, labelled
from tests.relevance.shipped import addresses

MANUALS = {"青葉市/tennyu", "若松町/tennyu", "青葉市/inu"}


@pytest.fixture(scope="module")
def queries():
    return labelled(addresses())


@pytest.fixture
def file(tmp_path):
    """Write lines under the header; columns are set off by "|" here."""

    def write(*lines):
        path = tmp_path / "queries.tsv"
        rows = ["\t".join(HEADER), *(line.replace("|", "\t") for line in lines)]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


def test_there_are_enough_queries_of_every_kind_in_both_halves(queries):
    assert len(queries) >= 150
    halves = {kind: Counter(one.half for one in queries if one.kind is kind) for kind in Kind}
    assert all(min(count[half] for half in Half) >= 7 for count in halves.values()), halves
    assert all(count[Half.TUNING] - count[Half.REPORTED] in (0, 1) for count in halves.values()), halves


def test_every_shipped_manual_is_a_good_answer_to_something(queries):
    asked = {address for one in queries for address, grade in one.grades.items() if grade >= GOOD}
    assert asked == addresses()


def test_every_query_has_a_good_answer_and_known_grades(queries):
    assert all(GOOD <= max(one.grades.values()) <= max(GRADES) for one in queries)
    assert all(set(one.grades) <= addresses() and set(one.grades.values()) <= set(GRADES) for one in queries)


def test_the_kinds_are_what_they_say(queries):
    texts = {kind: [one.text for one in queries if one.kind is kind] for kind in Kind}
    assert all(len(text) <= 2 for text in texts[Kind.SHORT])
    assert all(20 <= len(text) <= 40 for text in texts[Kind.QUESTION])
    assert all(len(text.split()) >= 2 for text in texts[Kind.WORDS])
    assert all("条" in text for text in texts[Kind.LAW])


def test_a_slug_means_every_town_and_a_named_town_stands_above_it(file):
    (one,) = labelled(MANUALS, file("place|若松町 転入|若松町/tennyu|inu|tennyu"))
    assert one.grades == {"若松町/tennyu": 3, "青葉市/inu": 2, "青葉市/tennyu": 1}


def test_queries_of_a_kind_go_to_the_halves_in_turns(file):
    found = labelled(MANUALS, file("name|一|inu||", "kana|に|inu||", "name|三|inu||", "name|四|inu||"))
    assert [(one.text, one.half) for one in found] == [
        ("一", Half.TUNING),
        ("に", Half.TUNING),
        ("三", Half.REPORTED),
        ("四", Half.TUNING),
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["name|転入|tennyuu||"], "line 2: there is no manual 'tennyuu'"),
        (["name|犬|inu||", "name|転入|緑川村/tennyu||"], "line 3: there is no manual '緑川村/tennyu'"),
        (["nickname|転入|tennyu||"], "no kind 'nickname'"),
        (["name|転入|||inu"], "grade 3 or 2"),
        (["name||tennyu||"], "needs a query"),
        (["name|転入|tennyu|tennyu|"], "graded twice"),
        (["name|転入|青葉市/tennyu 青葉市/tennyu||"], "graded twice"),
        (["name|転入|tennyu|"], "4 columns"),
        (["name|転入|tennyu||", "short|転入|tennyu||"], "line 3: this query stands there twice"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(file, lines, said):
    with pytest.raises(Mislabelled, match=said):
        labelled(MANUALS, file(*lines))


def test_a_file_without_its_header_is_refused(tmp_path):
    path = tmp_path / "queries.tsv"
    path.write_text("name\t転入\ttennyu\t\t\n", encoding="utf-8")
    with pytest.raises(Mislabelled, match="first line"):
        labelled(MANUALS, path)
