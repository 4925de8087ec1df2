"""What every search engine promises about writing. Each test runs on each implementation of the port."""

from threading import Thread

import pytest

from kb.search.index import Document, Face, Hits, Index, Query
from tests.search.asking import OUTSIDER, found, plain
from tests.search.corpus import AOBA, a_document


class TestWriting:
    def test_a_newer_version_replaces_and_an_older_one_does_not(self, index: Index) -> None:
        index.put([a_document(version=2, title="転入届")])
        index.put([a_document(version=1, title="転出届")])
        assert index.versions() == {("m1", Face.PUBLIC): 2}
        assert (found(index, "転出"), found(index, "転入")) == ([], ["m1"])
        index.put([a_document(version=3, title="転居届")])
        assert (found(index, "転入"), found(index, "転居")) == ([], ["m1"])

    def test_the_same_version_again_replaces(self, index: Index) -> None:
        index.put([a_document(title="転入届")])
        index.put([a_document(title="転居届")])
        assert (found(index, "転居"), index.search(OUTSIDER).total) == (["m1"], 1)

    def test_of_several_versions_in_one_call_the_newest_stays(self, index: Index) -> None:
        index.put([a_document(version=n, title=title) for n, title in ((1, "転入"), (3, "転居"), (2, "転出"))])
        assert found(index, "転居") == ["m1"]
        assert index.versions() == {("m1", Face.PUBLIC): 3}

    def test_faces_have_versions_of_their_own(self, index: Index) -> None:
        index.put([a_document(version=5), a_document(version=4, face=Face.OWN)])
        assert index.versions() == {("m1", Face.PUBLIC): 5, ("m1", Face.OWN): 4}

    def test_delete_removes_both_faces_and_minds_no_unknown_id(self, index: Index) -> None:
        index.put([a_document(), a_document(face=Face.OWN), a_document("m2")])
        index.delete(["m1", "nobody"])
        assert index.versions() == {("m2", Face.PUBLIC): 1}
        assert found(index, "転入", town=AOBA) == []
        assert found(index, "転入") == ["m2"]

    def test_what_was_deleted_may_come_back(self, index: Index) -> None:
        index.put([a_document(version=7)])
        index.delete(["m1"])
        index.put([a_document(version=7)])
        assert found(index, "転入") == ["m1"]

    def test_nothing_to_put_is_no_error(self, index: Index) -> None:
        index.put([])
        index.delete([])
        assert index.versions() == {}

    def test_rebuild_replaces_everything_and_reports_progress(self, index: Index) -> None:
        index.put([a_document("old", version=9)])
        steps: list[int] = []
        index.rebuild((a_document(f"m{i}") for i in range(3)), steps.append)
        assert sorted(id_ for id_, _ in index.versions()) == ["m0", "m1", "m2"]
        assert steps == sorted(steps)
        assert steps[-1] == 3

    def test_a_rebuild_that_fails_leaves_the_old_index(self, index: Index) -> None:
        index.put([a_document()])

        def broken() -> object:
            yield a_document("m2")
            raise RuntimeError("database gone")

        with pytest.raises(RuntimeError, match="database gone"):
            index.rebuild(broken())
        assert found(index, "転入") == ["m1"]

    def test_the_turn_to_write_is_one_at_a_time_and_its_holder_writes_inside(self, index: Index) -> None:
        seen: list[bool] = []

        def other() -> None:
            with index.lock(wait=False) as mine:
                seen.append(mine)

        with index.lock() as mine:
            thread = Thread(target=other)
            thread.start()
            thread.join()
            index.put([a_document()])
        other()
        assert mine
        assert seen == [False, True]
        assert found(index, "転入") == ["m1"]


def test_readers_in_other_threads_see_whole_commits(index: Index) -> None:
    """Each put holds two documents with the same word: a reader sees both or none."""
    seen: list[Hits] = []
    done: list[bool] = []

    def read() -> None:
        while not done:
            seen.append(index.search(Query("転入")))

    readers = [Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for version in range(1, 8):
        pair: list[Document] = [a_document(id_, version=version, title=f"転入{version}") for id_ in ("m1", "m2")]
        index.put(pair)
    done.append(True)
    for reader in readers:
        reader.join()
    titles = {tuple(sorted({plain(hit.title) for hit in hits.hits})) for hits in seen}
    assert titles <= {(), *((f"転入{version}",) for version in range(1, 8))}
