"""The manual that is taken over."""

from datetime import datetime

import pytest
from sqlmodel import Session

from kb.publishing.models import Publication
from tests.forks.takers import PARAMETERS, SECRET, STEPS
from tests.world import a_publication


@pytest.fixture
def original(session: Session, now: datetime) -> Publication:
    """The public manual of 青葉市, with 庁内限り parts and words to fill in."""
    content = {"steps": STEPS, "parameters": PARAMETERS, "handover_note": SECRET}
    return a_publication(session, now, **content)[1]
