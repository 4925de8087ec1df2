"""Carrying a town about, as the command line does it."""

from kb.db import reading, transaction
from kb.relocation.actions import bring_in
from kb.relocation.queries import town_folder
from kb.relocation.takeout import read_town, write_town
from tests.world import AOBA


def taken_out(engine, target, code=AOBA):
    """Write a town of an installation into `target`."""
    with reading(engine) as session:
        folder = town_folder(session, code)
    write_town(folder, target)
    return target


def brought_in(engine, source, now):
    """Bring a folder into an installation."""
    folder = read_town(source)
    with transaction(engine) as session:
        bring_in(session, folder, at=now)


def bytes_of(folder) -> dict[str, bytes]:
    """Every file of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
