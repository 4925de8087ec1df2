"""Loading the vocabulary: what is wrong is told with the name of its file, and nothing of it is kept."""

import pytest
from sqlmodel import select

from kb.accounts.models import Municipality
from kb.accounts.queries import municipality
from kb.config import ROOT
from kb.errors import Invalid
from kb.seeds.vocabulary import POPULATION_AS_OF, load_standards, load_vocabulary
from kb.standards.queries import procedures, terms, work_areas
from tests.seeds.conftest import HEADER, SAPPORO, VOCABULARY


def test_a_vocabulary_is_loaded_as_it_is_written(session, content):
    load_vocabulary(session, content)
    sapporo, aoba = municipality(session, "011002"), municipality(session, "990019")
    assert sapporo is not None
    assert aoba is not None
    assert (sapporo.name, sapporo.population, sapporo.sample) == ("札幌市", 1_935_013, False)
    assert sapporo.population_as_of == POPULATION_AS_OF
    assert (aoba.sample, aoba.population_as_of) == (True, None)
    assert "tennyu-todoke" in [found.key for found in procedures(session)]


def test_loading_again_adds_nothing(session, content):
    def size():
        return (
            len(session.exec(select(Municipality)).all()),
            len(work_areas(session)),
            len(procedures(session)),
            len(terms(session)),
        )

    load_vocabulary(session, content)
    before = size()
    load_vocabulary(session, content)
    assert size() == before


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("municipalities.csv", f"{HEADER}\n{SAPPORO.replace('011002', '011003')}\n", "団体コード「011003」"),
        ("municipalities.csv", f"{HEADER}\n{SAPPORO.replace(',市,', ',国,')}\n", "municipalities.csv 2行目: 011002"),
        ("municipalities.csv", f"{HEADER}\n{SAPPORO.replace('1935013', '多数')}\n", "municipalities.csv 2行目"),
        (
            "municipalities.csv",
            "lgcode,name\n011002,札幌市\n",
            "municipalities.csv 2行目: 列「jp_population_20250101」",
        ),
        ("sample_municipalities.csv", "lgcode\n990019\n", "sample_municipalities.csv 2行目"),
        ("work_areas.yml", "- {code: B, colour: red}\n", "work_areas.yml: B"),
        ("work_areas.yml", "code: B\n", "work_areas.yml: 一覧"),
        ("work_areas.yml", "- [B\n", "work_areas.yml: YAMLとして読めません"),
        ("phases.yml", "- {kind: 窓口}\n", "phases.yml: 窓口"),
        ("phases.yml", "- 窓口\n", "phases.yml: 窓口"),
        ("procedures.yml", "- {key: tennyu, name: 転入届}\n", "procedures.yml: tennyu"),
        ("procedures.yml", VOCABULARY["procedures.yml"] * 2, "procedures.yml: 「tennyu-todoke」が2回以上"),
        (
            "procedures.yml",
            VOCABULARY["procedures.yml"].replace("B01", "Q99"),
            "procedures.yml: tennyu-todoke: 業務分類「Q99」",
        ),
        ("terms.yml", VOCABULARY["terms.yml"].replace("B01", "Q99"), "terms.yml: jumin: 業務分類「Q99」"),
        ("terms.yml", "- !!python/object/apply:os.system [ls]\n", "terms.yml: YAMLとして読めません"),
    ],
)
def test_what_is_wrong_is_told_with_its_file(session, content, file, text, told):
    (content / file).write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        load_vocabulary(session, content)
    assert told in caught.value.message


def test_text_in_another_encoding_is_told_with_its_file(session, content):
    (content / "terms.yml").write_bytes("- {key: jumin, preferred: 住民, readings: [じゅうみん]}".encode("cp932"))
    with pytest.raises(Invalid, match=r"^terms\.yml"):
        load_standards(session, content)


def test_all_real_municipalities_are_loaded(session):
    load_vocabulary(session, ROOT / "content")
    found = session.exec(select(Municipality)).all()
    assert sum(not town.sample for town in found) == 1_741
    assert {town.code for town in found if town.sample} >= {"990019", "990027", "990035"}
