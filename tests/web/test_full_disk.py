"""A disk that takes no more stops the search index alone: what was published stands, the old index answers, nothing is lost."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from kb.config import ROOT
from kb.db import reading, transaction
from kb.publishing.indexing import drain
from kb.search.index import Query
from tests.no_waiting import full_disk
from tests.world import AOBA, a_manual, a_publication, person, sign_in, waiting

HERE = f"/towns/{AOBA}/manuals/later"


@pytest.fixture
def parts(app, engine, now):
    """An application with one manual in its index, and another one that waits to be published."""
    parts = app.extensions["kb"]
    with transaction(engine) as session:
        a_publication(session, now)
        a_manual(session, person(session, "akari", now), now - timedelta(hours=1), "later", title="あとの手順")
    drain(engine, parts.index, parts.settings.index_dir, now)
    return parts


def test_whoever_publishes_is_told_that_it_is_published(app, engine, parts, now, monkeypatch):
    form = {"revision": "1", "last_seen": "0", "change_note": "", "extent": "major", "audience": "public", "begins": ""}
    bunta, anybody = sign_in(app.test_client(), "bunta"), app.test_client()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_disk)
        answer = bunta.post(f"{HERE}/publication", data=form)
        assert (answer.status_code, answer.location) == (303, HERE), answer.text
        assert anybody.get(HERE).status_code == 200
        assert "転入届" in re.sub("</?mark>", "", anybody.get("/search?q=届書の記入").text)
        assert anybody.get("/readyz").text.startswith("search index: not written (No space left on device)")
        with reading(engine) as session:
            assert waiting(session, now) == 1
    parts.caretaker.carry(now)
    assert 'href="' + HERE in anybody.get("/search?q=あとの手順").text
    assert anybody.get("/readyz").status_code == 200


def test_changes_that_wait_for_minutes_are_told_by_every_process(client, engine, parts, now, monkeypatch):
    with transaction(engine) as session:
        a_publication(session, now - timedelta(minutes=6), "late")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "search index: behind; changes have been waiting for minutes\n")
    parts.caretaker.carry(now)
    assert client.get("/readyz").status_code == 200


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits on what a process writes")
def test_a_system_that_refuses_to_write_leaves_the_old_index_and_the_notes(engine, parts, now, tmp_path):
    """For real: a process that may not write files of more than a few bytes."""
    with transaction(engine) as session:
        a_publication(session, now, "second")
    engine.dispose()
    child = [sys.executable, "-m", "tests.publishing.small_files", str(tmp_path), now.isoformat()]
    done = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["drain EFBIG, 1 found", "rebuild EFBIG, 1 found", "1 carried, 2 found"]
    assert parts.index.search(Query("転入")).total == 2
