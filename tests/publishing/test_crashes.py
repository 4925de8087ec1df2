"""Killed at any moment, nothing acknowledged is lost, and the next start needs no hand."""

import os
import random
import signal
import subprocess
import sys
import time

from sqlmodel import select

from kb.accounts.rules import ANYONE
from kb.config import ROOT
from kb.db import reading
from kb.manuals.models import Manual
from kb.publishing.documents import document_id
from kb.publishing.indexing import is_current
from kb.publishing.queries import live_manual
from kb.search.engines import open_index
from kb.search.index import Face
from kb.seeds.preparation import prepare
from tests.world import AOBA, settings_in, waiting

KILLS = 10
PATIENCE = 20.0
"""Seconds that a publisher may take for its first publication."""


def test_a_kill_at_any_moment_loses_nothing(engine, tmp_path, now):
    settings, acknowledged = settings_in(tmp_path), tmp_path / "acknowledged"
    prepare(settings, engine, open_index(settings.index_dir), now, lambda _: None)
    program = [sys.executable, "-m", "tests.publishing.crash_publisher", tmp_path, acknowledged, now.isoformat()]
    publisher = subprocess.Popen(program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        for number in range(KILLS):
            _start_and_kill(publisher, acknowledged, after_work=number % 2 == 0)
            index = open_index(settings.index_dir)
            prepare(settings, engine, index, now, lambda _: None)
            _check(engine, index, acknowledged, now)
    finally:
        publisher.stdin.close()
        publisher.wait()
        publisher.stdout.close()
    assert len(_noted(acknowledged)) >= KILLS / 2  # the kills fell into work


def _start_and_kill(publisher, acknowledged, *, after_work: bool):
    before = len(_noted(acknowledged))
    publisher.stdin.write("\n")
    publisher.stdin.flush()
    child = int(publisher.stdout.readline())
    give_up = time.monotonic() + PATIENCE
    while after_work and len(_noted(acknowledged)) == before and time.monotonic() < give_up:
        time.sleep(0.01)
    time.sleep(random.uniform(0.0, 0.3))
    os.kill(child, signal.SIGKILL)
    assert publisher.stdout.readline() == "dead\n"


def _noted(acknowledged) -> list[str]:
    """Acknowledged slugs; a last line that the kill cut short was not acknowledged."""
    return acknowledged.read_text().split("\n")[:-1] if acknowledged.exists() else []


def _check(engine, index, acknowledged, now):
    with reading(engine) as session:
        assert waiting(session, now) == 0
        ids = dict(session.exec(select(Manual.slug, Manual.id)).all())
        held = index.versions()
        for slug in _noted(acknowledged):
            live = live_manual(session, ANYONE, now, AOBA, slug)
            assert (live is not None) == slug.startswith("stays"), slug
            assert ((document_id(ids[slug]), Face.PUBLIC) in held) == slug.startswith("stays"), slug
    assert is_current(engine, index, now)
