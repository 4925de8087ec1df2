"""閲覧数: sums per manual and day, made of nothing but an address and a day."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from kb.common_format.envelope import Audience
from kb.db import reading, transaction
from kb.readings.daily import Opened, add_readers, readers_since
from kb.readings.models import DailyReaders
from kb.web import reader_counts
from kb.web.reader_counts import EVERY, ReaderCounts
from tests.web.moving_clock import MovingClock, app_by
from tests.world import AOBA, WAKAMATSU, a_publication, sign_in

TODAY = date(2026, 11, 22)
PATH = f"/towns/{AOBA}/manuals/tennyu"


class TestSums:
    """What is kept."""

    def test_what_comes_later_is_added(self, session: Session, now: datetime) -> None:
        manual, _ = a_publication(session, now)
        for times in (2, 3):
            add_readers(session, {Opened(TODAY, AOBA, "tennyu"): times})
        add_readers(session, {Opened(TODAY - timedelta(days=1), AOBA, "tennyu"): 7})
        assert readers_since(session, [manual.id], TODAY) == {manual.id: 5}
        assert readers_since(session, [manual.id], TODAY - timedelta(days=1)) == {manual.id: 12}
        assert readers_since(session, [], TODAY) == {}

    def test_what_is_not_there_is_passed_over(self, session: Session) -> None:
        add_readers(session, {Opened(TODAY, AOBA, "nai"): 1, Opened(TODAY, "999999", "tennyu"): 1})
        assert session.exec(select(DailyReaders)).all() == []

    def test_a_row_has_no_place_for_a_reader(self) -> None:
        assert set(DailyReaders.model_fields) == {"manual_id", "day", "count"}


@pytest.fixture
def clock(now: datetime) -> MovingClock:
    return MovingClock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: MovingClock) -> Flask:
    with transaction(engine) as session:
        a_publication(session, clock())
        a_publication(session, clock(), "chonai", Audience.MUNICIPALITY)
    return app_by(clock, tmp_path)


@pytest.fixture
def readers(app: Flask) -> ReaderCounts:
    return app.extensions["kb"].readers


def kept(engine: Engine) -> dict[tuple[int, date], int]:
    with reading(engine) as session:
        return {(row.manual_id, row.day): row.count for row in session.exec(select(DailyReaders))}


class TestCounting:
    """What a process counts."""

    def test_every_way_to_the_page_counts_once(
        self, app: Flask, engine: Engine, client: FlaskClient, readers: ReaderCounts
    ) -> None:
        client.get(PATH)  # through Flask
        client.get(PATH)  # the kept page, in front of it
        client.get(f"{PATH}?q=1")
        sign_in(app.test_client(), "chika").get(PATH)
        assert kept(engine) == {}, "a request writes nothing"
        readers.write(engine)
        assert kept(engine) == {(1, TODAY): 4}

    def test_what_is_no_page_does_not_count(self, engine: Engine, client: FlaskClient, readers: ReaderCounts) -> None:
        client.get(PATH)
        for path in (f"{PATH}/sheet", f"{PATH}/editions", "/", f"/towns/{AOBA}/manuals/nai", f"/towns/{AOBA}/manuals/chonai",
                     f"/towns/{WAKAMATSU}/manuals/tennyu"):  # fmt: skip
            client.get(path)
        client.head(PATH)
        client.options(PATH)
        client.get(PATH, headers={"Host": "evil.example"})
        readers.write(engine)
        assert kept(engine) == {(1, TODAY): 1}

    def test_a_sum_belongs_to_the_day_on_which_it_was_counted(
        self, engine: Engine, client: FlaskClient, readers: ReaderCounts, clock: MovingClock
    ) -> None:
        client.get(PATH)
        clock.pass_by(days=1)
        client.get(PATH)
        readers.write(engine)
        assert kept(engine) == {(1, TODAY): 1, (1, TODAY + timedelta(days=1)): 1}

    def test_it_is_written_every_half_hour(
        self, engine: Engine, client: FlaskClient, readers: ReaderCounts, clock: MovingClock
    ) -> None:
        readers.write_when_due(engine, clock())
        client.get(PATH)
        clock.pass_by(seconds=EVERY.total_seconds() - 1)
        readers.write_when_due(engine, clock())
        assert kept(engine) == {}
        clock.pass_by(seconds=1)
        readers.write_when_due(engine, clock())
        assert kept(engine) == {(1, TODAY): 1}
        client.get(PATH)
        clock.pass_by(minutes=-30)  # somebody sets the clock right
        readers.write_when_due(engine, clock())
        assert kept(engine) == {(1, TODAY): 2}

    def test_nothing_is_committed_when_nobody_has_read(self, app: Flask, engine: Engine, readers: ReaderCounts) -> None:
        times = app.extensions["kb"].quiet_times
        before = times.counter()
        readers.write(engine)
        assert times.counter() == before

    def test_what_could_not_be_written_is_written_later(
        self, engine: Engine, client: FlaskClient, readers: ReaderCounts, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reader_counts, "PATIENCE", timedelta(0))
        client.get(PATH)
        with transaction(engine) as writing:
            writing.exec(select(DailyReaders)).all()  # somebody writes, for long
            readers.write(engine)
        assert kept(engine) == {}
        client.get(PATH)
        readers.write(engine)
        assert kept(engine) == {(1, TODAY): 2}

    def test_processes_add_up(self, engine: Engine, readers: ReaderCounts, clock: MovingClock) -> None:
        other = ReaderCounts()
        for one in (readers, other):
            one.opened(PATH, clock())
            one.write(engine)
        assert kept(engine) == {(1, TODAY): 2}
