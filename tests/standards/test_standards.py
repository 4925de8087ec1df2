"""The yardstick: loading it replaces by key, reading it gives it in its own order."""

import pytest
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from kb.common_format.checks import Vocabulary
from kb.standards.actions import (
    PhaseRow,
    ProcedureRow,
    TermRow,
    WorkAreaRow,
    record_phases,
    record_procedure,
    record_term,
    record_work_areas,
)
from kb.standards.models import Phase
from kb.standards.queries import (
    procedure,
    procedures,
    synonym_groups,
    terms,
    vocabulary,
    work_area,
    work_areas,
)

DANCE = ProcedureRow(
    key="odori", name="盆踊り", work_area="X01", kind="プロジェクト", readings=["ぼんおどり"], aliases=["夏踊り"]
)
FEAST = TermRow(
    key="matsuri", preferred="祭り", readings=["まつり"], variants=[{"word": "祭", "kind": "表記ゆれ"}], work_area="X01"
)


@pytest.fixture
def area(session):
    """A work area of our own, given child first."""
    record_work_areas(session, [WorkAreaRow(code="X01", name="催し", parent="X"), WorkAreaRow(code="X", name="祭事")])


@pytest.mark.usefixtures("area")
def test_work_areas_are_a_tree_whatever_the_order_of_the_rows(session):
    child = work_area(session, "X01")
    assert child is not None
    assert (child.name, child.parent_code) == ("催し", "X")
    codes = [found.code for found in work_areas(session)]
    assert codes == sorted(codes)
    assert codes.index("X") < codes.index("X01")
    assert work_area(session, "Q99") is None


def test_a_work_area_needs_its_parent(session):
    with pytest.raises(IntegrityError):
        record_work_areas(session, [WorkAreaRow(code="Q01", name="みなしご", parent="Q")])


@pytest.mark.usefixtures("area")
def test_recording_again_replaces(session):
    record_work_areas(session, [WorkAreaRow(code="X", name="お祭り")])
    record_procedure(session, DANCE)
    record_procedure(session, DANCE.model_copy(update={"summary": "輪になって踊る。"}))
    record_term(session, FEAST)
    record_term(session, FEAST.model_copy(update={"definition": "神を祀る催し。"}))
    session.flush()
    found = work_area(session, "X")
    assert found is not None
    assert found.name == "お祭り"
    assert [one.summary for one in procedures(session) if one.key == "odori"] == ["輪になって踊る。"]
    assert [one.definition for one in terms(session) if one.key == "matsuri"] == ["神を祀る催し。"]


def test_phases_of_a_kind_are_replaced_as_a_whole_and_keep_their_order(session):
    others = len(session.exec(select(Phase).where(Phase.kind == "窓口・内部事務")).all())
    record_phases(session, "祭事", [PhaseRow(name="準備"), PhaseRow(name="本番"), PhaseRow(name="片付け")])
    record_phases(session, "祭事", [PhaseRow(name="本番", meaning="当日"), PhaseRow(name="反省")])
    session.flush()
    found = session.exec(select(Phase).where(Phase.kind == "祭事").order_by(Phase.position)).all()
    assert [(phase.position, phase.name, phase.meaning) for phase in found] == [(1, "本番", "当日"), (2, "反省", "")]
    assert others == len(session.exec(select(Phase).where(Phase.kind == "窓口・内部事務")).all()) > 0


@pytest.mark.usefixtures("area")
def test_a_procedure_is_found_by_its_key(session):
    record_procedure(session, DANCE)
    session.flush()
    found = procedure(session, "odori")
    assert found is not None
    assert (found.name, found.work_area_code, found.readings, found.aliases) == (
        "盆踊り",
        "X01",
        ["ぼんおどり"],
        ["夏踊り"],
    )
    assert procedure(session, "nothing") is None


@pytest.mark.usefixtures("area")
def test_procedures_come_in_the_order_of_the_work_areas(session):
    record_procedure(session, DANCE)
    session.flush()
    places = [(found.work_area_code, found.key) for found in procedures(session)]
    assert places == sorted(places)
    assert ("X01", "odori") in places


@pytest.mark.usefixtures("area")
def test_terms_come_in_the_order_of_their_readings(session):
    record_term(session, FEAST)
    session.flush()
    readings = [term.readings[:1] for term in terms(session)]
    assert readings == sorted(readings)
    assert ["まつり"] in readings


@pytest.mark.usefixtures("area")
def test_a_term_with_variants_is_a_group_of_words_that_mean_the_same(session):
    record_term(session, FEAST)
    record_term(session, TermRow(key="odoru", preferred="踊る", readings=["おどる"]))
    session.flush()
    groups = synonym_groups(terms(session))
    assert ("祭り", "祭") in groups
    assert not [group for group in groups if "踊る" in group]


@pytest.mark.usefixtures("area")
def test_the_vocabulary_is_what_contents_may_point_at(session):
    record_procedure(session, DANCE)
    record_phases(session, "祭事", [PhaseRow(name="本番")])
    session.flush()
    found = vocabulary(session)
    assert isinstance(found, Vocabulary)
    assert "odori" in found.procedures
    assert {"X", "X01"} <= found.work_areas
    assert {"本番", "受付"} <= found.phases


@pytest.mark.parametrize("row", [WorkAreaRow, PhaseRow, ProcedureRow, TermRow])
def test_a_row_with_a_field_too_many_is_refused(row):
    with pytest.raises(ValidationError, match="colour"):
        row(colour="red")
