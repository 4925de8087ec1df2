"""The index looks after itself: what cannot be read is built anew, what cannot be written is written later."""

import errno
import logging
import os

import pytest
from filelock import FileLock

from kb.db import transaction
from kb.search.index import IndexUnusable, Query
from kb.search.memory_index import MemoryIndex
from kb.web.caretaker import Caretaker
from kb.web.pauses import LONGEST, Pauses
from tests.world import a_publication, waiting

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/a/folder/of/ours")


class Clock:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


class Index(MemoryIndex):
    """An index whose files can be harmed and whose disk can be full."""

    def __init__(self):
        super().__init__()
        self.broken = True
        self.disk = None
        self.rebuilt = 0

    def _check(self):
        if self.broken:
            raise IndexUnusable("It was dropped.")

    def versions(self, ids=None):
        self._check()
        return super().versions(ids)

    def state(self):
        self._check()
        return super().state()

    def put(self, documents):
        if self.disk:
            raise self.disk
        super().put(documents)

    def rebuild(self, documents, progress=None):
        self.rebuilt += 1
        if self.disk:
            raise self.disk
        super().rebuild(documents, progress)
        self.broken = False


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def index():
    return Index()


@pytest.fixture
def caretaker(engine, index, tmp_path, clock):
    return Caretaker(engine, index, tmp_path, clock)


@pytest.fixture
def published(engine, now):
    with transaction(engine) as session:
        return a_publication(session, now)


@pytest.fixture
def said():
    """The lines of the log, traceback or not."""
    lines = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage() + (" and a traceback" if record.exc_info else ""))

    logger, handler, before = logging.getLogger("kb.web.caretaker"), Keep(), logging.getLogger("kb").level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lines
    logger.removeHandler(handler)
    logger.setLevel(before)


def notice(caretaker, index):
    try:
        index.versions()
    except IndexUnusable as error:
        caretaker.noticed(error)


class TestWhatCannotBeRead:
    def test_it_is_built_anew_once(self, caretaker, index, published, now, said):
        for _ in range(3):
            notice(caretaker, index)
        assert caretaker.wake.is_set()
        assert caretaker.trouble() == "unusable; to be rebuilt"
        for _ in range(3):
            caretaker.look_after(now)
        assert index.rebuilt == 1
        assert index.search(Query("転入")).total == 1
        assert caretaker.trouble() is None
        assert said == [
            "search index unusable (It was dropped.); rebuilding",
            "search index rebuilt: 2 documents in 0.0 s",
        ]

    def test_the_drain_notices_too(self, caretaker, index, published, now):
        caretaker.carry(now)
        caretaker.look_after(now)
        assert index.rebuilt == 1

    def test_a_rebuild_that_fails_is_tried_again_after_growing_pauses(self, caretaker, index, clock, now, said):
        index.disk = FULL
        notice(caretaker, index)
        pauses = []
        for _ in range(9):
            tries = index.rebuilt
            caretaker.look_after(now)
            caretaker.look_after(now)
            assert index.rebuilt == tries + 1
            pauses.append(caretaker._rebuilding.left)
            clock.pass_by(pauses[-1] - 1)
            caretaker.look_after(now)
            assert index.rebuilt == tries + 1
            clock.pass_by(1)
        assert pauses == [10, 20, 40, 80, 160, 320, 600, 600, 600]
        assert said[:2] == [
            "search index unusable (It was dropped.); rebuilding",
            "search index not rebuilt (No space left on device); searching in titles only; next try in 10 s",
        ]
        assert caretaker.trouble() == "unusable; could not be rebuilt (No space left on device)"
        index.disk = None
        caretaker.look_after(now)
        assert caretaker.trouble() is None

    def test_whatever_else_goes_wrong_is_told_with_its_traceback(self, caretaker, index, now, said):
        index.disk = RuntimeError("secret of the program")
        notice(caretaker, index)
        caretaker.look_after(now)
        assert said[1].startswith("search index not rebuilt (RuntimeError); ")
        assert said[1].endswith(" and a traceback")
        assert "next try in 10 s" in caretaker.trouble()

    def test_an_index_that_breaks_again_and_again_is_not_rebuilt_without_end(self, caretaker, index, clock, now):
        for _ in range(600):
            index.broken = True
            notice(caretaker, index)
            caretaker.look_after(now)
            clock.pass_by(1)
        assert index.rebuilt == 6

    def test_another_process_is_not_disturbed_and_its_rebuild_is_enough(self, caretaker, index, tmp_path, now, said):
        notice(caretaker, index)
        with FileLock(tmp_path / "drain.lock"):
            caretaker.look_after(now)
            assert caretaker.trouble() == "unusable; another process is writing to it"
            index.broken = False
        caretaker.look_after(now)
        assert (index.rebuilt, caretaker.trouble(), said) == (0, None, [])

    def test_an_index_that_reads_itself_as_whole_but_was_not_is_rebuilt(self, caretaker, index, now):
        index.broken = False  # as in a process that still has it in memory
        caretaker.noticed(IndexUnusable("Only half of it can be read."))
        caretaker.look_after(now)
        assert index.rebuilt == 1


class TestWhatCannotBeWritten:
    @pytest.fixture(autouse=True)
    def _whole(self, index):
        index.broken = False

    def test_changes_wait_and_are_written_later(self, caretaker, index, published, engine, clock, now, said):
        index.disk = FULL
        for _ in range(3):
            caretaker.look_after(now)
        assert said == [
            "search index not written (No space left on device); the old one answers, changes wait in the outbox; next try in 10 s"
        ]
        assert caretaker.trouble() == "not written (No space left on device); changes wait, next try in 10 s"
        with transaction(engine) as session:
            assert waiting(session, now) == 1
        index.disk = None
        clock.pass_by(10)
        caretaker.look_after(now)
        assert index.search(Query("転入")).total == 1
        assert caretaker.trouble() is None
        assert index.rebuilt == 0

    def test_whoever_publishes_tries_without_waiting_for_the_pause(self, caretaker, index, published, now):
        index.disk = FULL
        caretaker.look_after(now)
        index.disk = None
        caretaker.carry(now)
        assert caretaker.trouble() is None

    def test_nothing_that_goes_wrong_reaches_whoever_committed(self, caretaker, index, published, now, said):
        index.disk = RuntimeError("secret of the program")
        caretaker.carry(now)
        assert said[0].endswith(" and a traceback")
        assert "RuntimeError" in caretaker.trouble()


def test_after_a_calm_the_pauses_are_short_again(clock):
    pauses = Pauses(clock)
    for _ in range(9):
        pauses.begin()
    assert pauses.left == LONGEST
    clock.pass_by(2 * LONGEST)
    assert pauses.left == 0
    pauses.begin()
    assert pauses.left == 10
