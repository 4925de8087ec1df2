"""A whole town as files that a person can read: which file holds what, as texts by name. Nothing here touches a disk.

`from_texts(to_texts(town)) == town`, and equal towns give equal texts. The text of a manual is its ordinary text form;
what the text form has no place for stands in YAML beside it (`town_records`).
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from kb.common_format.content import ManualContent
from kb.common_format.envelope import Audience, Envelope, ManualFile, Provenance
from kb.common_format.text import Problem, TextFormError, parse, write
from kb.errors import Invalid
from kb.exchange.record_yaml import Lines, read_record, write_record
from kb.exchange.town_checks import manual_problems, town_problems
from kb.exchange.town_readme import README, readme
from kb.exchange.town_records import ManualRecord, PublicationRecord, TownRecord, one_line
from kb.japanese.notation import local_date

TOWN, CHECKSUMS = "town.yml", "checksums.txt"
_SLUG = r"manuals/(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)"
_KNOWN = re.compile(
    rf"(?:{README}|town\.yml|{_SLUG}/(?:manual\.yml|(?P<kind>edition|revision)-(?P<number>[1-9][0-9]{{0,5}})\.md))"
)
_SUM = re.compile(r"([0-9a-f]{64})[ \t]+\*?(?:\./)?(.+)")
_MOST = 200
"""More problems than this help nobody."""

Texts = Mapping[str, str]
Kept = TypeVar("Kept")


class FolderError(Invalid):
    """A folder that cannot be brought in: `problems` lists everything, by file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line or 0))[:_MOST])
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Text:
    """What one revision says: content, the town's own words, where it was taken from."""

    content: ManualContent
    values: Mapping[str, str]
    provenance: Provenance | None


@dataclass(frozen=True)
class TownManual:
    """One manual with all its revisions by number. `lines` tells where each part of its record stands."""

    slug: str
    record: ManualRecord
    texts: Mapping[int, Text]
    lines: Lines = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class TownFolder:
    """A town and its manuals, by slug."""

    town: TownRecord
    manuals: tuple[TownManual, ...]
    lines: Lines = field(default_factory=dict, compare=False)


def manual_file(slug: str) -> str:
    """Name of the file with the record of a manual."""
    return f"manuals/{slug}/manual.yml"


def to_texts(folder: TownFolder) -> dict[str, str]:
    """Every file of a town by its name, in the order of names, the checksums last. Raises pydantic's ValidationError for
    values that the text form cannot hold."""
    texts = {README: readme(folder.town.name), TOWN: write_record(folder.town)}
    for manual in folder.manuals:
        texts[manual_file(manual.slug)] = write_record(manual.record)
        for name, envelope, number in _places(folder.town.municipality, manual):
            texts[name] = write(ManualFile(envelope=envelope, content=manual.texts[number].content))
    ordered = dict(sorted(texts.items()))
    return {**ordered, CHECKSUMS: "".join(f"{_digest(text)}  {name}\n" for name, text in ordered.items())}


def _editions(slug: str, record: ManualRecord) -> dict[str, int]:
    """The file of each edition, with the number of its revision."""
    return {f"manuals/{slug}/edition-{one.edition}.md": one.revision for one in record.publications}


def _never_published(slug: str, record: ManualRecord) -> dict[str, int]:
    """The file of each revision that no edition has."""
    published = {one.revision for one in record.publications}
    numbers = (one.number for one in record.revisions if one.number not in published)
    return {f"manuals/{slug}/revision-{number}.md": number for number in numbers}


def _places(town: str, manual: TownManual) -> list[tuple[str, Envelope, int]]:
    """File, envelope and revision of every text of a manual."""
    publications = {one.edition: one for one in manual.record.publications}
    editions = zip(_editions(manual.slug, manual.record).items(), publications.values(), strict=True)
    places = [(name, _envelope(town, manual, publication), number) for (name, number), publication in editions]
    others = _never_published(manual.slug, manual.record).items()
    return places + [(name, _unpublished(town, manual, number), number) for name, number in others]


def _envelope(town: str, manual: TownManual, publication: PublicationRecord) -> Envelope:
    text = manual.texts[publication.revision]
    return Envelope(
        municipality=town,
        slug=manual.slug,
        audience=publication.audience,
        edition=publication.edition,
        published_on=local_date(publication.live_from),
        change_note=one_line(publication.change_note),
        provenance=text.provenance,
        values=dict(text.values),
    )


def _unpublished(town: str, manual: TownManual, number: int) -> Envelope:
    """For the own town until somebody publishes it; numbered as the edition that it would become."""
    text = manual.texts[number]
    return Envelope(
        municipality=town,
        slug=manual.slug,
        audience=Audience.MUNICIPALITY,
        edition=len(manual.record.publications) + 1,
        provenance=text.provenance,
        values=dict(text.values),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def from_texts(texts: Texts) -> TownFolder:
    """The town in the files of a folder. Raises FolderError with every problem, also of parts that do not fit together."""
    problems = _unlike_checksums(texts) + _of_names(texts)
    town = _collected(problems, lambda: read_record(TownRecord, texts[TOWN], TOWN)) if TOWN in texts else None
    if town is None:
        raise FolderError(problems)
    problems += town_problems(TOWN, *town)
    found = (_KNOWN.fullmatch(name) for name in texts)
    slugs = sorted({one["slug"] for one in found if one and one["slug"]})
    manuals = [_collected(problems, partial(_manual, texts, slug, town[0])) for slug in slugs]
    if problems:
        raise FolderError(problems)
    return TownFolder(town[0], tuple(one for one in manuals if one is not None), town[1])


def _collected(problems: list[Problem], read: Callable[[], Kept]) -> Kept | None:
    try:
        return read()
    except (TextFormError, FolderError) as error:
        problems.extend(error.problems)
        return None


def _unlike_checksums(texts: Texts) -> list[Problem]:
    if CHECKSUMS not in texts:
        return [Problem(f"検査値のファイルがありません。作り方は {README} にあります。", file=CHECKSUMS)]
    problems, told = [], {}
    for number, line in enumerate(texts[CHECKSUMS].splitlines(), 1):
        found = _SUM.fullmatch(line)
        if found is None:
            problems.append(Problem("「検査値  ファイル名」の形で書いてください。", number, file=CHECKSUMS))
        elif found[2] not in texts or found[2] == CHECKSUMS:
            problems.append(Problem("このファイルがフォルダーにありません。", number, one_line(found[2]), CHECKSUMS))
        else:
            told[found[2]] = found[1]
    for name, text in texts.items():
        if name != CHECKSUMS and told.get(name) != _digest(text):
            why = "検査値と合いません。書き出した後に変わっています。" if name in told else "検査値がありません。"
            problems.append(Problem(f"{why}正しい変更なら、{README} のとおり検査値を作り直してください。", file=name))
    return problems


def _of_names(texts: Texts) -> list[Problem]:
    unknown = [name for name in texts if name != CHECKSUMS and not _KNOWN.fullmatch(name)]
    problems = [Problem("知らない名前のファイルです。フォルダーの外へ移してください。", file=name) for name in unknown]
    if TOWN not in texts:
        problems.append(Problem("団体の記録がありません。書き出したフォルダーを指定してください。", file=TOWN))
    return problems


def _manual(texts: Texts, slug: str, town: TownRecord) -> TownManual:
    name = manual_file(slug)
    if name not in texts:
        raise FolderError([Problem("この手順書の記録がありません。", file=name)])
    record, lines = read_record(ManualRecord, texts[name], name)
    problems = manual_problems(name, record, lines, town)
    expected = {**_editions(slug, record), **_never_published(slug, record)}
    here = {one for one in texts if one.startswith(f"manuals/{slug}/")} - {name}
    problems += [
        Problem(f"この控えの本文がありません。{name} にあります。", file=one) for one in expected.keys() - here
    ]
    problems += [Problem(f"{name} に記録がありません。", file=one) for one in here - expected.keys()]
    files = {
        one: _collected(problems, partial(parse, texts[one], one)) for one in sorted(here) if _KNOWN.fullmatch(one)
    }
    if problems:
        raise FolderError(problems)
    read = {one: file for one, file in files.items() if file is not None}
    manual = TownManual(slug, record, {expected[one]: _text(file) for one, file in read.items()}, lines)
    problems = [
        problem
        for one, envelope, number in _places(town.municipality, manual)
        for problem in _unlike(
            texts[one], one, read[one], ManualFile(envelope=envelope, content=manual.texts[number].content)
        )
    ]
    if problems:
        raise FolderError(problems)
    return manual


def _text(file: ManualFile) -> Text:
    return Text(file.content, file.envelope.values, file.envelope.provenance)


def _unlike(text: str, name: str, file: ManualFile, expected: ManualFile) -> Iterator[Problem]:
    """What the head of a file says otherwise than the record, and two editions of one revision that are not the same."""
    for field_, value in expected.envelope:
        if getattr(file.envelope, field_) != value:
            line = next((n for n, line in enumerate(text.splitlines(), 1) if line.startswith(f"{field_}:")), 1)
            yield Problem("manual.yml や town.yml の記録と合いません。どちらかを直してください。", line, field_, name)
    if file.content != expected.content:
        yield Problem("同じ控えを公開した別の版と、本文が違います。", file=name)
