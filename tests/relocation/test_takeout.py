"""A town's folder is written whole or not at all, never over another, and only when it can be read back."""

import pytest

from kb.db import transaction
from kb.errors import Conflict, Misconfigured
from kb.relocation import takeout
from tests.relocation.carrying import bytes_of, taken_out
from tests.world import a_content, a_manual, person


def test_a_folder_that_is_there_is_not_written_over(folder, lived):
    before = bytes_of(folder)
    with pytest.raises(Conflict, match="既にあります"):
        taken_out(lived, folder)
    assert bytes_of(folder) == before


def test_a_folder_that_would_lie_nowhere_is_told(lived, tmp_path):
    with pytest.raises(Misconfigured, match="がありません"):
        taken_out(lived, tmp_path / "no" / "aoba")


def test_a_text_that_cannot_be_read_back_is_not_written(engine, tmp_path, now):
    with transaction(engine) as session:
        steps = [{**a_content().steps[0].model_dump(), "uid": f"step-{n}", "action": "あ" * 20_000} for n in range(20)]
        a_manual(session, person(session, "akari", now), now, "too-long", steps=steps)
    with pytest.raises(Conflict, match=r"manuals/too-long/revision-1\.md.*大きすぎます"):
        taken_out(engine, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_value_that_no_file_can_hold_is_named(engine, tmp_path, now):
    with transaction(engine) as session:
        _, revision = a_manual(session, person(session, "akari", now), now, "odd")
        revision.parameter_values = {"a b": "c"}
    with pytest.raises(Conflict, match="書き出せない手順書"):
        taken_out(engine, tmp_path / "out")


def test_a_full_disk_leaves_nothing(lived, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(takeout, "write_folder", full)
    with pytest.raises(Conflict, match="書き出せませんでした"):
        taken_out(lived, tmp_path / "aoba")
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]
