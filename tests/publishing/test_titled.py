"""Search in titles by the database alone: every word, in any writing, and only what the viewer may read."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.accounts.rules import ANYONE
from kb.common_format.envelope import Audience
from kb.publishing.actions import withdraw
from kb.publishing.titled import MOST_WORDS, titled, words_of
from kb.standards.queries import procedures
from tests.world import AOBA, WAKAMATSU, a_publication, person

HOUR = timedelta(hours=1)


@pytest.fixture
def found(session, now):
    """Titles found for words, as a viewer and at a moment."""
    called = {one.key: " ".join([one.name, *one.aliases, *one.readings]) for one in procedures(session)}

    def ask(text, viewer=ANYONE, at=now, towns=()):
        return [one.title for one in titled(session, viewer, at, words_of(text), called, towns)]

    return ask


def test_every_word_stands_in_the_title_or_in_a_name_of_the_procedure(session, now, found):
    a_publication(session, now, "one", title="窓口の受付")  # of the procedure 転入届
    a_publication(session, now, "two", title="転出の受付", procedure=None)
    assert found("窓口") == found("窓口 転入届") == found("転入届 窓口") == ["窓口の受付"]
    assert found("窓口 転出") == found("転入届 転出") == []
    assert sorted(found("受付")) == sorted(found("")) == ["窓口の受付", "転出の受付"]


@pytest.mark.parametrize(
    "text", ["ｱﾌﾟﾘ", "アプリ", "あぷり", "  アプリ ", "「アプリ」", '"アプリ', "ＡＰＰ", "app アプリ"]
)
def test_any_writing_of_a_word_is_the_same(session, now, found, text):
    a_publication(session, now, title="アプリ(App)の使い方")
    assert found(text) == ["アプリ(App)の使い方"]


def test_signs_of_the_database_are_signs_like_any_other(session, now, found):
    a_publication(session, now, title="減免100%の受付", procedure=None)
    assert found("100%") == found("０％") == ["減免100%の受付"]
    assert found("1%0") == found("_") == found("減%付") == found("'") == found("\\") == []


def test_titles_come_before_names_of_procedures_and_newer_before_older(session, now, found):
    for hours, title in ((4, "転入届の古い版"), (3, "窓口の仕事"), (2, "転入届の新しい版")):
        a_publication(session, now - hours * HOUR, f"m{hours}", title=title)
    assert found("転入届") == ["転入届の新しい版", "転入届の古い版", "窓口の仕事"]


def test_only_what_the_viewer_may_read_is_found(session, now, found):
    for audience in Audience:
        a_publication(session, now, audience.value, audience, title=f"手順{audience.value}")
    own, other = (person(session, login, now) for login in ("eri", "fumio"))
    assert sorted(found("手順", own)) == ["手順members", "手順municipality", "手順public"]
    assert sorted(found("手順", other)) == ["手順members", "手順public"]
    assert found("手順") == ["手順public"]


def test_only_what_is_live_is_found(session, now, found):
    manual, _ = a_publication(session, now)
    assert found("転入", at=now - HOUR) == []
    withdraw(session, manual, by=person(session, "bunta", now + HOUR), at=now + HOUR, reason="誤り")
    assert found("転入", at=now) == ["転入届の受付"]
    assert found("転入", at=now + HOUR) == []


def test_a_town_narrows(session, now, found):
    a_publication(session, now, title="青葉の手順")
    a_publication(session, now, title="若松の手順", writers=("chika", "fumio"))
    assert found("手順", towns=(AOBA,)) == ["青葉の手順"]
    assert sorted(found("手順", towns=(AOBA, WAKAMATSU))) == ["若松の手順", "青葉の手順"]
    assert found("手順", towns=("999999",)) == []


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_any_text_is_a_few_words(text):
    words = words_of(text)
    assert len(words) <= MOST_WORDS
    assert all(word and not any(sign.isspace() for sign in word) for word in words)
