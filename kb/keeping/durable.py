"""Putting what is finished in its place, so that a kill or a power cut at any moment leaves all of it or nothing."""

import os
from pathlib import Path

from kb.errors import Conflict


def place_file(made: Path, target: Path) -> None:
    """Give a finished file of the same file system the name `target`. Raises Conflict when something has that name."""
    sync(made)
    try:
        os.link(made, target)  # unlike a rename it never takes the place of another file
    except FileExistsError:
        raise taken(target) from None
    except OSError:  # a file system without links, such as that of a USB stick
        _rename(made, target)
    else:
        made.unlink()
    sync(target.parent)


def place_folder(made: Path, target: Path) -> None:
    """The same for a folder with everything in it."""
    for folder, _, names in os.walk(made):
        for name in names:
            sync(Path(folder, name))
        sync(Path(folder))
    _rename(made, target)
    sync(target.parent)


def taken(target: Path) -> Conflict:
    """The refusal to write over what is there."""
    return Conflict(f"「{shown(target)}」は既にあります。上書きはしません。別の名前を指定してください。")


def shown(path: Path | str) -> str:
    """A name as a line on the screen can show it: file systems hold names that are no text."""
    return str(path).encode("utf-8", "backslashreplace").decode().replace("\n", "\\n")


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, written to the disk."""
    if path.is_dir() and not hasattr(os, "O_DIRECTORY"):
        return  # Windows writes the names of a folder by itself
    opened = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _rename(made: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise taken(target)
    made.rename(target)
