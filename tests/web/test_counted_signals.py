"""Signals are counted at the start of a process and every ten minutes, and never stop it."""

import logging
from datetime import datetime, timedelta

import pytest
from flask import Flask

from kb.search.index import IndexBusy
from kb.web import counted_signals
from kb.web.counted_signals import CountedSignals

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[datetime, bool]]:
    """When they were counted, and whether likes were."""
    times: list[tuple[datetime, bool]] = []
    monkeypatch.setattr(
        counted_signals, "keep_signals", lambda _engine, _index, now, *, by_likes: times.append((now, by_likes))
    )
    return times


def test_at_once_and_then_every_ten_minutes(app: Flask, now: datetime, counted: list[tuple[datetime, bool]]) -> None:
    signals = CountedSignals(app.extensions["kb"])
    for minute in range(21):
        signals.count_when_due(now + minute * A_MINUTE)
    assert counted == [(now + minute * A_MINUTE, True) for minute in (0, 10, 20)]


def test_a_failure_is_told_and_the_next_time_comes(
    app: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise IndexBusy

    signals = CountedSignals(app.extensions["kb"])
    monkeypatch.setattr(counted_signals, "keep_signals", busy)
    with caplog.at_level(logging.ERROR):
        signals.count_when_due(now)
    assert "the last ones stand" in caplog.text
    assert not (app.extensions["kb"].settings.index_dir / "signals.json").exists()
    monkeypatch.undo()
    signals.count_when_due(now + 10 * A_MINUTE)
    assert (app.extensions["kb"].settings.index_dir / "signals.json").exists()
