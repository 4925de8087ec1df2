"""What the tests of staffing share: Daigo, who administers 青葉市, and things of towns to act on."""

from datetime import datetime

import pytest
from sqlmodel import Session, select

from kb.accounts.actions import open_post
from kb.accounts.models import Post, User
from kb.accounts.queries import user_by_login
from kb.accounts.rules import Viewer
from tests.world import AOBA, WAKAMATSU, person


@pytest.fixture
def daigo(session: Session, now: datetime) -> Viewer:
    """The administrator of 青葉市."""
    return person(session, "daigo", now)


@pytest.fixture
def akari(session: Session) -> User:
    """An author of 青葉市."""
    return account(session, "akari")


@pytest.fixture
def counter(session: Session) -> Post:
    """A post of 青葉市 that nobody holds."""
    return open_post(session, AOBA, "市民課", "交付係")


@pytest.fixture
def elsewhere(session: Session) -> Post:
    """A post of another town."""
    return open_post(session, WAKAMATSU, "町民課", "交付係")


def account(session: Session, login: str) -> User:
    """The account of one of the cast."""
    user = user_by_login(session, login)
    assert user is not None
    return user


def kinds(session: Session) -> list[str]:
    """What was recorded, in order."""
    from kb.activity.models import Activity

    return list(session.exec(select(Activity.kind).order_by(Activity.id)))
