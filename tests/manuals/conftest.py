"""Who writes in these tests."""

import pytest

from tests.world import person


@pytest.fixture
def akari(session, now):
    """An author of 青葉市."""
    return person(session, "akari", now)


@pytest.fixture
def bunta(session, now):
    """An approver in the same department, who writes too."""
    return person(session, "bunta", now)
