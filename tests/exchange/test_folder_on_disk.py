"""A folder from outside is hostile: links, pipes, odd names and huge files are refused by name and never followed."""

import os
import stat

import pytest

from kb.exchange import folder_on_disk
from kb.exchange.folder_on_disk import read_folder, write_folder
from kb.exchange.town_folder import FolderError

TEXTS = {"README.txt": "説明\r\n", "manuals/tennyu/manual.yml": "owner: p1\n", "town.yml": "\ufeffname: 青葉市\n"}


@pytest.fixture
def folder(tmp_path):
    write_folder(tmp_path / "town", TEXTS)
    return tmp_path / "town"


def refused(folder) -> str:
    with pytest.raises(FolderError) as error:
        read_folder(folder)
    return error.value.message


def test_texts_come_back_byte_by_byte(folder):
    assert read_folder(folder) == TEXTS
    assert (folder / "README.txt").read_bytes() == "説明\r\n".encode()


def test_only_the_owner_reads(folder):
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))} == {0o700, 0o600}


def test_nothing_is_written_over(folder):
    with pytest.raises(FileExistsError):
        write_folder(folder, {"town.yml": "other"})
    assert read_folder(folder) == TEXTS


def test_a_link_is_not_followed(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (folder / "town.yml").unlink()
    (folder / "town.yml").symlink_to(tmp_path / "secret")
    (folder / "manuals" / "outside").symlink_to(tmp_path)
    said = refused(folder)
    assert "town.yml: リンクや特別なファイルは使えません" in said
    assert "manuals/outside: リンク" in said


def test_the_folder_itself_is_no_link_and_is_there(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert "フォルダーがありません" in refused(tmp_path / "link")
    assert "フォルダーがありません" in refused(tmp_path / "none")
    assert "フォルダーがありません" in refused(folder / "town.yml")


def test_a_pipe_does_not_keep_us_waiting(folder):
    os.mkfifo(folder / "pipe")
    assert "pipe: リンクや特別なファイル" in refused(folder)


def test_what_becomes_a_link_or_pipe_after_it_was_listed_is_not_read(folder, tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(folder / "pipe")
    monkeypatch.setattr(folder_on_disk, "_names", lambda *_: iter(["link", "pipe"]))
    said = refused(folder)
    assert "link: 読めません" in said
    assert "pipe: 読めません" in said


def test_folders_deeper_than_ours_are_not_entered(folder):
    (folder / "a/b/c/d/e").mkdir(parents=True)
    (folder / "a/b/c/d/e/f").write_text("x")
    assert "a/b/c/d: リンクや特別なファイル" in refused(folder)


def test_a_huge_file_is_not_read_to_its_end(folder):
    with (folder / "huge.md").open("wb") as file:
        file.truncate(50_000_000_000)
    assert "huge.md: 大きすぎます。8MBまでです。" in refused(folder)


def test_too_many_files_are_refused(folder, monkeypatch):
    monkeypatch.setattr(folder_on_disk, "MOST_FILES", 2)
    assert "2個まで" in refused(folder)
    monkeypatch.setattr(folder_on_disk, "MOST_FILES", 100)
    monkeypatch.setattr(folder_on_disk, "LONGEST_TOGETHER", 10)
    assert "フォルダーが大きすぎます" in refused(folder)


def test_what_is_no_text_is_told_by_line(folder):
    (folder / "town.yml").write_bytes("a: 1\nname: 青葉市\n".encode("cp932"))
    assert "town.yml 2行目: 文字コードがUTF-8ではありません" in refused(folder)


def test_names_that_are_no_text_are_shown_as_one_line(folder):
    os.symlink("x", os.fsencode(folder) + b"/\xff\n")
    assert refused(folder).startswith("\\udcff\\n: リンク")
