"""Texts by name ↔ a folder on disk. A folder that comes from outside is hostile until every name in it was looked at:
links and odd files are refused, never followed, and nothing is read further than its limit."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from kb.common_format.text import Problem
from kb.exchange.town_folder import FolderError

MOST_FILES = 50_000
LONGEST = 8_000_000
"""Bytes of one file; the text form itself takes less."""
LONGEST_TOGETHER = 1_000_000_000
_DEEPEST = 3


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files of a new folder, readable for their owner alone. Raises OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, text in texts.items():
        place = folder / name
        for parent in (place.parent.parent, place.parent):
            parent.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode())


def read_folder(folder: Path) -> dict[str, str]:
    """Every file of a folder as text, by its name with slashes. Raises FolderError with every file that cannot be read."""
    if folder.is_symlink() or not folder.is_dir():
        raise FolderError([Problem("フォルダーがありません。名前を確かめてください。", file=_shown(folder.name))])
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    room = LONGEST_TOGETHER
    for name in sorted(_names(folder, "", problems)):
        text = _text(folder / name, name, problems)
        room -= len(text)
        if len(texts) >= MOST_FILES or room < 0:
            raise FolderError([Problem(f"フォルダーが大きすぎます。ファイルは{MOST_FILES}個までです。")])
        texts[name] = text
    if problems:
        raise FolderError(problems)
    return texts


def _names(folder: Path, before: str, problems: list[Problem]) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for number, entry in enumerate(entries):
            name = before + entry.name
            if number >= MOST_FILES:
                raise FolderError([Problem(f"ファイルが多すぎます。{MOST_FILES}個までです。", file=_shown(before))])
            if entry.is_dir(follow_symlinks=False) and name.count("/") < _DEEPEST:
                yield from _names(Path(entry.path), f"{name}/", problems)
            elif entry.is_file(follow_symlinks=False):
                yield name
            else:
                why = "リンクや特別なファイルは使えません。実物のファイルを入れてください。"
                problems.append(Problem(why, file=_shown(name)))


def _text(path: Path, name: str, problems: list[Problem]) -> str:
    try:
        read = _bytes(path)
    except OSError:
        problems.append(Problem("読めません。権限を確かめてください。", file=_shown(name)))
        return ""
    if len(read) > LONGEST:
        problems.append(Problem(f"大きすぎます。{LONGEST // 1_000_000}MBまでです。", file=_shown(name)))
        return ""
    try:
        return read.decode()
    except UnicodeDecodeError as error:
        line = read.count(b"\n", 0, error.start) + 1
        problems.append(Problem("文字コードがUTF-8ではありません。UTF-8で保存してください。", line, file=_shown(name)))
        return ""


def _bytes(path: Path) -> bytes:
    """Up to one byte over the limit. What became a link or a pipe since it was listed is an OSError, not a wait."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with open(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError
        return file.read(LONGEST + 1)


def _shown(name: str) -> str:
    """A name as one line of text: file systems hold names that are neither."""
    return name.encode("utf-8", "backslashreplace").decode().replace("\n", "\\n")
