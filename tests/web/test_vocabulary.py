"""The words of a search page are read once a minute."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel

from kb.db import create_engine, reading, transaction
from kb.standards.models import Term, WorkArea
from kb.web.vocabulary import KEPT, Vocabulary

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = create_engine(f"sqlite:///{tmp_path / 'words.sqlite'}")
    SQLModel.metadata.create_all(made)
    with transaction(made) as session:
        session.add(WorkArea(code="B01", name="戸籍・住民"))
        session.add(Term(key="kokuho", preferred="国民健康保険", variants=[{"word": "国保", "kind": "略称"}]))
    return made


def test_what_changed_is_known_a_minute_later(engine: Engine) -> None:
    vocabulary = Vocabulary()
    with reading(engine) as session:
        first = vocabulary.words(session, NOON)
    with transaction(engine) as session:
        session.get_one(WorkArea, "B01").name = "住民"
    with reading(engine) as session:
        assert vocabulary.words(session, NOON + KEPT / 2) is first
        later = vocabulary.words(session, NOON + KEPT)
        earlier = vocabulary.words(session, NOON - timedelta(hours=1))
    assert (first.names("area"), later.names("area")) == ({"B01": "戸籍・住民"}, {"B01": "住民"})
    assert earlier == later
    assert first.synonyms.groups == (("国民健康保険", "国保"),)


def test_sizes_have_names_and_phases_are_their_own(engine: Engine) -> None:
    with reading(engine) as session:
        words = Vocabulary().words(session, NOON)
    assert (words.names("size") or {})["u5k"] == "5千人未満"
    assert words.names("phase") is None
