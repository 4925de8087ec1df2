"""Documents like manuals, put together from the passages of the shipped ones: as many as asked for, the same in every run."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from kb.config import ROOT
from kb.publishing.code_digest import digest_of
from kb.publishing.passages import passages
from kb.search import record as analysing
from kb.search.index import Document, Face, Passage
from kb.seeds.manuals import read_manuals

DISTINCT = 5_000
"""Documents with texts of their own; beyond that the same texts come again under other ids, towns and moments."""
PASSAGES = 8
"""Of each document: about 1,200 characters."""
TOWNS, AREAS, PHASES = 1_741, 128, 6


def kept(count: int, folder: Path) -> list[bytes]:
    """The analyses of `count` distinct documents, kept in `folder` for the next run."""
    path = folder / f"{count}-{digest_of(('kb/search/*.py',))[:8]}.packed"
    if path.exists():
        return _split(path.read_bytes())
    packed = analyses(count)
    folder.mkdir(exist_ok=True)
    path.write_bytes(b"".join(len(one).to_bytes(4, "little") + one for one in packed))
    return packed


def analyses(count: int) -> list[bytes]:
    """The analyses of `count` distinct documents, made now."""
    files = read_manuals(ROOT / "content")
    pool = [passage for file in files for passage in passages(file.content)]
    titles = [file.content.title for file in files]
    remembering = lru_cache(maxsize=None)(analysing._read.__wrapped__)
    usual, analysing._read = analysing._read, remembering  # type: ignore[assignment]  # the same, with more room
    try:
        chance = random.Random(1)
        return [analysing.pack(analysing.record(_document(titles, pool, chance))) for _ in range(count)]
    finally:
        analysing._read = usual


def _document(titles: Sequence[str], pool: Sequence[Passage], chance: random.Random) -> Document:
    """Some passages are in many documents and most in few, as words are."""
    weights = [1 / (rank + 5) for rank in range(len(pool))]
    chosen = dict.fromkeys(chance.choices(pool, weights, k=PASSAGES))
    return Document("", Face.PUBLIC, 1, "", False, chance.choice(titles), "", "", tuple(chosen))


def documents(texts: Sequence[bytes], count: int) -> Iterator[Document]:
    """`count` documents with these texts in turn."""
    chance = random.Random(2)
    bare = Document("", Face.PUBLIC, 1, "", False, "", "", "", ())
    for number in range(count):
        phases = {f"phase {chance.randrange(PHASES)}" for _ in range(3)}
        town = f"{chance.randrange(TOWNS):06}"
        yield replace(
            bare,
            id=f"manual-{number}",
            town=town,
            facets={"town": (town,), "area": (f"area {chance.randrange(AREAS)}",), "phase": tuple(sorted(phases))},
            published_at=float(number),
            stored={"manual": str(number)},
            analysed=texts[number % len(texts)],
        )


def _split(data: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found
