"""The embedded engine on its disk: private, durable, whole after any kill, and honest when it cannot be read."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from kb.search import whoosh_files, whoosh_storage
from kb.search.index import Face, IndexUnusable, Query
from kb.search.whoosh_index import WhooshIndex
from tests.search.corpus import a_document
from tests.search.crash_writer import PAIR

ROOT = Path(__file__).parents[2]


@pytest.fixture
def index(folder: Path) -> WhooshIndex:
    made = WhooshIndex(folder)
    made.rebuild([a_document("m1"), a_document("m2")])
    return made


def the_one(folder: Path, pattern: str) -> Path:
    (path,) = (folder / json.loads((folder / "current").read_text())["generation"]).glob(pattern)
    return path


def total(index: WhooshIndex) -> int:
    return index.search(Query("転入")).total


CALLS: dict[str, Callable[[WhooshIndex], object]] = {
    "search": total,
    "suggest": lambda index: index.suggest("転"),
    "versions": lambda index: index.versions(),
    "put": lambda index: index.put([a_document("m1", version=2)]),
    "delete": lambda index: index.delete(["m1"]),
}


class TestWhenItCannotBeRead:
    @pytest.mark.parametrize("call", CALLS)
    def test_without_an_index_every_call_says_so_and_a_rebuild_makes_one(self, folder: Path, call: str) -> None:
        index = WhooshIndex(folder)
        with pytest.raises(IndexUnusable):
            CALLS[call](index)
        index.rebuild([a_document()])
        CALLS[call](index)

    @pytest.mark.parametrize("call", ["search", "put"])
    @pytest.mark.parametrize("pattern", ["../current", "*.toc", "*.seg"])
    @pytest.mark.parametrize("damage", ["emptied", "cut", "turned", "removed"])
    def test_damage_is_noticed_and_a_rebuild_heals_it(
        self, index: WhooshIndex, folder: Path, pattern: str, damage: str, call: str
    ) -> None:
        path = folder / "current" if pattern == "../current" else the_one(folder, pattern)
        data = path.read_bytes()
        if damage == "removed":
            path.unlink()
        else:
            path.write_bytes({"emptied": b"", "cut": data[: len(data) // 2], "turned": data[::-1]}[damage])
        fresh = WhooshIndex(folder)
        with pytest.raises(IndexUnusable):
            CALLS[call](fresh)
        fresh.rebuild([a_document()])
        assert total(fresh) == 1

    @pytest.mark.parametrize("pattern", ["*.seg", "*.toc"])
    def test_any_single_damaged_byte_is_noticed_by_whoever_reads_it(
        self, index: WhooshIndex, folder: Path, pattern: str
    ) -> None:
        path = the_one(folder, pattern)
        data, right = path.read_bytes(), total(index)
        for at in random.Random(4).sample(range(len(data)), 40):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            with suppress(IndexUnusable):
                assert total(WhooshIndex(folder)) == right
            with pytest.raises(IndexUnusable):
                WhooshIndex(folder).check()

    def test_what_is_whole_passes_the_check(self, index: WhooshIndex) -> None:
        index.put([a_document("m3")])
        index.check()

    @pytest.mark.parametrize("part", ["analysis", "layout", "engine"])
    def test_an_index_made_with_another_analysis_layout_or_engine_is_not_read(
        self, index: WhooshIndex, folder: Path, part: str
    ) -> None:
        pointer = json.loads((folder / "current").read_text())
        pointer["made_with"][part] += " of yesterday"
        (folder / "current").write_text(json.dumps(pointer))
        with pytest.raises(IndexUnusable, match="made with"):
            total(index)

    def test_the_pointer_leads_nowhere_outside(self, index: WhooshIndex, folder: Path) -> None:
        pointer = json.loads((folder / "current").read_text())
        pointer["generation"] = "../gen-1"
        (folder / "current").write_text(json.dumps(pointer))
        with pytest.raises(IndexUnusable):
            total(index)


class TestGenerations:
    def test_the_folder_is_private(self, index: WhooshIndex, folder: Path) -> None:
        assert {oct(path.stat().st_mode & 0o777) for path in (folder, *folder.glob("gen-*"))} == {"0o700"}

    def test_another_process_sees_what_was_committed(self, index: WhooshIndex, folder: Path) -> None:
        other = WhooshIndex(folder)
        assert total(other) == 2
        index.put([a_document("m3")])
        assert total(other) == 3
        index.delete(["m1", "m2"])
        assert total(other) == 1
        index.rebuild([a_document(f"m{i}") for i in range(5)])
        assert total(other) == 5

    def test_a_rebuild_leaves_the_generation_before_it_and_removes_older_and_unfinished_ones(
        self, index: WhooshIndex, folder: Path
    ) -> None:
        (folder / "gen-2").mkdir()
        for _ in range(2):
            index.rebuild([a_document()])
        assert sorted(path.name for path in folder.glob("gen-*")) == ["gen-3", "gen-4"]

    def test_readers_see_the_old_index_until_the_new_one_is_whole(self, index: WhooshIndex, folder: Path) -> None:
        seen: list[int] = []

        def documents() -> object:
            for i in range(3):
                seen.append(total(index))
                yield a_document(f"n{i}")

        index.rebuild(documents())
        assert seen == [2, 2, 2]
        assert total(index) == 3

    def test_many_commits_with_deletions_between_keep_numbers_straight(self, folder: Path) -> None:
        index = WhooshIndex(folder)
        index.rebuild([])
        expected: dict[str, int] = {}
        chance = random.Random(11)
        for version in range(1, 60):
            id_ = f"m{chance.randrange(12)}"
            if chance.random() < 0.25:
                index.delete([id_])
                expected.pop(id_, None)
            else:
                index.put([a_document(id_, version=version, stored={"version": str(version)})])
                expected[id_] = version
        assert {id_: version for (id_, _), version in index.versions().items()} == expected
        hits = index.search(Query("転入", limit=50)).hits
        assert {hit.id: int(hit.stored["version"]) for hit in hits} == expected
        assert {
            hit.id: int(hit.stored["version"]) for hit in WhooshIndex(folder).search(Query("転入", limit=50)).hits
        } == expected

    def test_the_turn_is_shared_between_processes(self, index: WhooshIndex, folder: Path) -> None:
        other = WhooshIndex(folder)
        with index.lock(), other.lock(wait=False) as theirs:
            assert not theirs
        with other.lock(wait=False) as theirs:
            assert theirs

    def test_writers_in_threads_and_processes_take_turns(self, index: WhooshIndex, folder: Path) -> None:
        others = [index, WhooshIndex(folder), WhooshIndex(folder)]
        threads = [
            Thread(target=lambda n=n, one=one: [one.put([a_document(f"t{n}-{i}")]) for i in range(4)])
            for n, one in enumerate(others)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert total(index) == 2 + 12


class TestDurability:
    def test_everything_is_on_the_disk_before_the_table_of_contents_appears(
        self, index: WhooshIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        events: list[tuple[str, str]] = []
        sync, rename = whoosh_files.sync, os.rename

        def noted_sync(path: Path) -> None:
            events.append(("sync", path.name))
            sync(path)

        def noted_rename(old: str, new: str) -> None:
            events.append(("rename", Path(new).name))
            rename(old, new)

        for module in (whoosh_files, whoosh_storage):
            monkeypatch.setattr(module, "sync", noted_sync)
        monkeypatch.setattr(os, "rename", noted_rename)
        index.put([a_document("m3")])
        shown = [name for what, name in events if what == "rename" and name.endswith(".toc")]
        assert len(shown) == 1
        at = events.index(("rename", shown[0]))
        before, after = events[:at], events[at + 1 :]
        files = {path.name for path in the_one(folder, "*.toc").parent.iterdir() if path.suffix == ".seg"}
        written = {name for what, name in before if what == "sync"}
        assert {name.rsplit(".", 1)[-1] for name in written & files} == {"seg"}
        assert any(name.startswith(shown[0]) for name in written)
        assert after == [("sync", "gen-1")]

    @pytest.mark.parametrize("module", [whoosh_files, whoosh_storage], ids=["commit", "segment"])
    def test_a_put_that_raises_leaves_nothing_behind(
        self, index: WhooshIndex, folder: Path, monkeypatch: pytest.MonkeyPatch, module: object
    ) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        files = sorted(folder.rglob("*"))
        with monkeypatch.context() as patch:
            patch.setattr(module, "sync", full)
            with pytest.raises(OSError, match="No space"):
                index.put([a_document("m3")])
        assert sorted(folder.rglob("*")) == files
        assert total(index) == 2
        index.put([a_document("m4")])
        assert total(index) == 3

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="kills are tried where processes fork")
    def test_kills_at_any_moment_lose_nothing_acknowledged_and_show_nothing_half(self, folder: Path) -> None:
        acknowledged, chance = folder.parent / "acknowledged", random.Random(20261122)
        command = [sys.executable, "-m", "tests.search.crash_writer", str(folder), str(acknowledged)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            for round_ in range(50):
                before = _last(acknowledged)
                writer.stdin.write("go\n")
                writer.stdin.flush()
                child = int(writer.stdout.readline())
                _wait(lambda before=before: _last(acknowledged) > before)
                time.sleep(chance.uniform(0, 0.03))
                os.kill(child, signal.SIGKILL)
                assert writer.stdout.readline() == "dead\n"
                _holds_only_whole_puts(WhooshIndex(folder), _last(acknowledged), round_)


def _last(acknowledged: Path) -> int:
    lines = acknowledged.read_text().split() if acknowledged.exists() else []
    return int(lines[-1]) if lines else 0


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not until():
        assert time.monotonic() < end, "the writer does not get on"
        time.sleep(0.002)


def _holds_only_whole_puts(index: WhooshIndex, acknowledged: int, round_: int) -> None:
    versions = index.versions()
    held = {versions[id_, Face.PUBLIC] for id_ in PAIR}
    assert len(held) == 1, f"round {round_}: half a put is visible: {versions}"
    (version,) = held
    assert version in (acknowledged, acknowledged + 1), f"round {round_}: {version} held, {acknowledged} acknowledged"
    titles = {text for hit in index.search(Query("転入届")).hits for text, _ in hit.title.runs}
    assert str(version) in "".join(titles)
    with index.lock(wait=False) as mine:
        assert mine, "the lock needs a hand"
        index.put([a_document(f"after-{round_}")])
    assert (f"after-{round_}", Face.PUBLIC) in index.versions()
