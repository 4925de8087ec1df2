"""Stored content of any version is read for ever; nothing stored is rewritten."""

import copy

import pytest
from hypothesis import HealthCheck, given, settings

from kb.common_format.content import FORMAT_VERSION
from kb.common_format.upgrades import UPGRADES, VersionError, dump_content, load_content, upgrade
from tests.common_format.strategies import contents


def heading_becomes_title(raw):
    return {"title": raw["heading"], **{name: value for name, value in raw.items() if name != "heading"}}


def minutes_become_text(raw):
    return {**raw, "minutes": str(raw["minutes"])}


CHAIN = {0: heading_becomes_title, 1: minutes_become_text}
OLD = {"format_version": 0, "heading": "転入届", "minutes": 3}


def test_each_upgrade_leads_to_the_next_version_in_order():
    assert upgrade(OLD, CHAIN, 2) == {"format_version": 2, "title": "転入届", "minutes": "3"}
    assert upgrade(OLD, CHAIN, 1) == {"format_version": 1, "title": "転入届", "minutes": 3}
    assert upgrade({"format_version": 1, "minutes": 3}, CHAIN, 2) == {"format_version": 2, "minutes": "3"}


def test_content_of_today_is_left_as_it_is():
    assert upgrade({"format_version": 2, "title": "あ"}, CHAIN, 2) == {"format_version": 2, "title": "あ"}


def test_what_is_stored_is_not_touched():
    before = copy.deepcopy(OLD)
    upgrade(OLD, CHAIN, 2)
    assert before == OLD


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (3, "新しく"),
        (10**9, "新しく"),
        (-1, "読めません"),
        (None, "整数"),
        ("1", "整数"),
        (True, "整数"),
        (1.0, "整数"),
    ],
)
def test_a_version_that_cannot_be_read_is_refused_and_says_what_to_do(version, words):
    with pytest.raises(VersionError, match=words):
        upgrade({"format_version": version, "heading": "あ", "minutes": 1}, CHAIN, 2)


def test_content_without_a_version_is_refused():
    with pytest.raises(VersionError, match="format_version"):
        upgrade({"title": "あ"}, CHAIN, 2)


def test_there_is_an_upgrade_from_every_older_version():
    assert set(UPGRADES) == set(range(1, FORMAT_VERSION))


@given(contents())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_stored_content_is_loaded_as_it_was(content):
    stored = dump_content(content)
    assert stored["format_version"] == FORMAT_VERSION
    assert load_content(stored) == content
