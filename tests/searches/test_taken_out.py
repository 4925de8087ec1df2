"""What a person searches for is no record of the town: the folder in which a town leaves says nothing of it."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from kb.db import transaction
from kb.search.index import Sort
from kb.searches.actions import keep_recent, save_search, start_feed
from kb.searches.rules import question
from tests.relocation.carrying import bytes_of, taken_out
from tests.world import a_publication, person


def test_a_town_takes_nobodys_searches_along(engine: Engine, tmp_path: Path, now: datetime) -> None:
    with transaction(engine) as session:
        a_publication(session, now)
        eri = person(session, "eri", now)
        asked = question("ひみつの言葉", {}, exact=False, sort=Sort.RELEVANCE)
        kept = save_search(session, asked, "ひみつの名前", by=eri, at=now).search
        token = start_feed(session, kept, by=eri)
        keep_recent(session, "ひみつの検索", by=eri, at=now)
    taken_out(engine, tmp_path / "aoba")
    everything = b"".join(bytes_of(tmp_path / "aoba").values())
    assert "転入届".encode() in everything
    for secret in ("ひみつ", token):
        assert secret.encode() not in everything
