"""A town's folder on disk: written whole or not at all, and only when it can be read back as the same town."""

from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import ValidationError

from kb.errors import Conflict, Misconfigured
from kb.exchange.folder_on_disk import read_folder, write_folder
from kb.exchange.town_folder import FolderError, TownFolder, from_texts, to_texts
from kb.keeping.durable import place_folder, shown, taken


def refuse_target(target: Path) -> None:
    """Raise Conflict when `target` is there, Misconfigured when it would lie nowhere."""
    if target.exists() or target.is_symlink():
        raise taken(target)
    if not target.parent.is_dir():
        raise Misconfigured(f"フォルダー「{shown(target.parent)}」がありません。先に作ってください。")


def write_town(folder: TownFolder, target: Path) -> int:
    """Write a town into the new folder `target`, for its owner's eyes alone. Returns how many files.

    Raises Conflict when `target` is there, the disk is full or a manual cannot be read back from its text; then
    nothing is left.
    """
    refuse_target(target)
    try:
        texts = to_texts(folder)
        same = from_texts(texts) == folder
    except (ValidationError, FolderError) as error:
        raise Conflict(f"ファイルに書き出せない手順書があります。直してからやり直してください。\n{error}") from error
    if not same:
        raise Conflict("ファイルに書き出したものが、元と同じになりません。何も書き出していません。")
    try:
        with TemporaryDirectory(prefix=".taking-out-", dir=target.parent) as made:
            whole = Path(made, "town")
            write_folder(whole, texts)
            place_folder(whole, target)
    except OSError as error:
        raise Conflict(f"書き出せませんでした({error})。空き容量と権限を確かめてください。") from error
    return len(texts)


def read_town(source: Path) -> TownFolder:
    """The town in a folder. Raises FolderError with everything that is wrong in it, by file and line."""
    return from_texts(read_folder(source))
