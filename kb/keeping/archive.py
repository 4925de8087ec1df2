"""The backup archive: a ZIP file of a manifest and the database, and nothing else.

The manifest is read first and believed in nothing that can be measured: sizes and checksums are counted while
unpacking, names are compared and never used as paths.
"""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from kb.errors import Invalid
from kb.japanese.notation import JST

FORMAT_VERSION = 1
DATABASE, MANIFEST = "monosashi.sqlite", "manifest.json"
CHUNK = 1 << 20
_LONGEST_MANIFEST = 1 << 20
_ODDLY_PACKED = 0x1  # the flag of an encrypted member

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

_UNREADABLE = (zlib.error, struct.error, EOFError, ValueError, LookupError, NotImplementedError, RuntimeError)
"""What zipfile raises for bytes that somebody has changed."""
_DAMAGED = "バックアップが壊れています({why})。別のバックアップを使ってください。"


class Member(BaseModel):
    """One file of an archive, as it is when unpacked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: Annotated[int, Field(ge=0, le=1 << 50)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What an archive says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["monosashi-backup"] = "monosashi-backup"
    format_version: Annotated[int, Field(ge=1, le=FORMAT_VERSION)] = FORMAT_VERSION
    alembic_revision: Annotated[str, Field(pattern=r"^\w{1,40}$")]
    made_at: AwareDatetime
    members: tuple[Member, ...]

    @property
    def database(self) -> Member:
        """The member that is the database."""
        return next(member for member in self.members if member.name == DATABASE)


def damaged(why: str) -> Invalid:
    """The refusal of an archive that is not as it was written."""
    return Invalid(_DAMAGED.format(why=why))


def pack(database: Path, archive: Path, manifest: Manifest, progress: Progress) -> None:
    """Write a new archive. Raises OSError, as of a full disk."""
    with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED) as packed:
        text = json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n"
        packed.writestr(_entry(MANIFEST, manifest.made_at), text)
        with (
            packed.open(_entry(DATABASE, manifest.made_at), "w", force_zip64=True) as member,
            database.open("rb") as plain,
        ):
            for chunk in _chunks(plain, manifest.database.size, "書き込み", progress):
                member.write(chunk)


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment.astimezone(JST).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16  # whoever unpacks it by hand gets private files, too
    return entry


@contextmanager
def opened(archive: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive with its manifest, both checked. Raises Invalid with what is wrong, also for what the block reads."""
    try:
        with zipfile.ZipFile(archive) as packed:
            yield packed, _manifest(packed)
    except FileNotFoundError:
        raise Invalid("そのバックアップはありません。ファイルの名前を確かめてください。") from None
    except zipfile.BadZipFile:
        raise damaged("途中で切れているか、バックアップのファイルではありません") from None
    except _UNREADABLE as error:
        raise damaged("読み出せないところがあります") from error


def unpack_database(packed: zipfile.ZipFile, member: Member, to: BinaryIO, progress: Progress) -> None:
    """Write the database of an `opened` archive into `to`. Raises Invalid when it is not what the manifest says."""
    digest, size = hashlib.sha256(), 0
    with packed.open(DATABASE) as plain:
        for chunk in _chunks(plain, member.size, "取り出し", progress):
            size += len(chunk)
            if size > member.size:
                raise damaged("目録より大きいファイルが入っています")
            digest.update(chunk)
            to.write(chunk)
    if size != member.size or digest.hexdigest() != member.sha256:
        raise damaged("中身が目録の検査値と合いません")


def member_of(path: Path, progress: Progress) -> Member:
    """The database in the file `path`, measured."""
    digest, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as plain:
        for chunk in _chunks(plain, size, "検査値の計算", progress):
            digest.update(chunk)
    return Member(name=DATABASE, size=size, sha256=digest.hexdigest())


def _manifest(packed: zipfile.ZipFile) -> Manifest:
    entries = packed.infolist()
    if sorted(entry.filename for entry in entries) != [MANIFEST, DATABASE]:
        raise damaged("あるはずのファイルがないか、知らない名前のファイルが入っています")
    if any(entry.flag_bits & _ODDLY_PACKED for entry in entries):
        raise damaged("暗号化されています")
    if packed.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
        raise damaged("目録が大きすぎます")
    with packed.open(MANIFEST) as plain:
        raw = _json(plain.read(_LONGEST_MANIFEST + 1))
    if isinstance(raw.get("format_version"), int) and raw["format_version"] > FORMAT_VERSION:
        raise Invalid("新しいものさしで作られたバックアップです。ものさしを新しくしてから復元してください。")
    try:
        manifest = Manifest.model_validate(raw)
    except ValidationError:
        raise damaged("目録が読めません") from None
    if [member.name for member in manifest.members] != [DATABASE]:
        raise damaged("目録に、知らない名前のファイルがあります")
    if packed.getinfo(DATABASE).file_size != manifest.database.size:
        raise damaged("ファイルの大きさが目録と合いません")
    return manifest


def _json(text: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        raise damaged("目録が読めません") from None
    if not isinstance(raw, dict):
        raise damaged("目録が読めません")
    return raw


def _chunks(plain: Any, total: int, what: str, progress: Progress) -> Iterator[bytes]:
    done = 0
    progress(what, done, total)
    while chunk := plain.read(CHUNK):
        yield chunk
        done += len(chunk)
        progress(what, done, total)
