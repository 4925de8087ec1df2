"""Every shipped manual keeps the promises of `content/`: exact form, known words, sound law names, nobody's data."""

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kb.common_format.checks import Vocabulary, obstacles, warnings
from kb.common_format.content import ManualContent, uids_in
from kb.common_format.envelope import ManualFile
from kb.common_format.fill import fill_rate
from kb.common_format.header import ParameterKind, Tier
from kb.common_format.privacy import personal_data
from kb.common_format.redact import redact
from kb.common_format.step import ActorKind
from kb.common_format.text import check_name, parse, write
from kb.japanese.eras import wareki
from tests.content_yaml import content_yaml

CONTENT = Path(__file__).parents[2] / "content"
MANUALS = sorted((CONTENT / "manuals").glob("*/*.md"))
SAMPLE_TOWNS = {"990019", "990027", "990035"}
WELL_FILLED = 0.8
"""Fill rate of the manuals that all three sample towns wrote: they are read side by side."""

STATUTE = re.compile(r"^[^\s()]+(?:法|法律|条約|令|規則|政令|省令|府令)$")
OWN_RULE = re.compile(r"(?:条例|規則|規程|要綱|要領|基準|計画|方針|ポリシー|マニュアル|細則|訓令|指針)$")
_PLACE = (
    r"(?:(?:附則)?第[0-9]+条(?:の[0-9]+)*(?:第[0-9]+項)?(?:第[0-9]+号(?:の[0-9]+)*)?|第[0-9]+[項号]|別表(?:第[0-9]+)?)"
)
ARTICLE = re.compile(rf"{_PLACE}(?:(?:、|・|及び|並びに|から){_PLACE}|まで)*")
CAPTION = re.compile(r"\([^()]+\)")
"""What an article is about, as in 第22条(転入届)."""
PHONE = re.compile(r"[0-9]{2,5}-[0-9]{1,4}-[0-9]{4}")


@dataclass(frozen=True)
class Procedure:
    """What the yardstick says about a procedure: its work area and the kind of work, which names its phases."""

    work_area: str
    kind: str


@cache
def procedures() -> dict[str, Procedure]:
    return {row["key"]: Procedure(row["work_area"], row["kind"]) for row in content_yaml("procedures.yml")}


@cache
def phases() -> dict[str, frozenset[str]]:
    return {row["kind"]: frozenset(phase["name"] for phase in row["phases"]) for row in content_yaml("phases.yml")}


@cache
def work_areas() -> frozenset[str]:
    return frozenset(row["code"] for row in content_yaml("work_areas.yml"))


@cache
def towns() -> frozenset[str]:
    with (CONTENT / "sample_municipalities.csv").open(encoding="utf-8-sig", newline="") as rows:
        return frozenset(row["lgcode"] for row in csv.DictReader(rows))


@cache
def read(path: Path) -> ManualFile:
    return parse(path.read_text(encoding="utf-8"), str(path))


def kind_of(content: ManualContent) -> str:
    assert content.procedure is not None
    return procedures()[content.procedure].kind


def vocabulary(content: ManualContent) -> Vocabulary:
    """The words that this manual may point at: only the phases of its own kind of work."""
    return Vocabulary(frozenset(procedures()), work_areas(), phases()[kind_of(content)])


def audited(path: Path) -> Any:
    return pytest.param(path, id=f"{path.parent.name}/{path.stem}")


every_manual = pytest.mark.parametrize("path", [audited(path) for path in MANUALS])
every_live_manual = pytest.mark.parametrize("path", [audited(path) for path in MANUALS if "@" not in path.name])
every_older_edition = pytest.mark.parametrize("path", [audited(path) for path in MANUALS if "@" in path.name])


def test_all_three_sample_towns_have_manuals() -> None:
    assert {path.parent.name for path in MANUALS} == SAMPLE_TOWNS <= towns()


@every_manual
def test_the_file_is_in_its_canonical_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert write(parse(text)) == text, "kb の書き方に直してください: write(parse(text)) をファイルに書きます。"


@every_manual
def test_the_name_of_the_file_agrees_with_its_envelope(path: Path) -> None:
    envelope = read(path).envelope
    check_name(envelope, str(path))
    assert envelope.municipality == path.parent.name
    assert envelope.municipality in towns()


@every_manual
def test_procedure_and_work_areas_are_those_of_the_yardstick(path: Path) -> None:
    content = read(path).content
    assert content.procedure in procedures()
    assert content.work_areas[0] == procedures()[content.procedure].work_area
    assert set(content.work_areas) <= work_areas()


@every_manual
def test_phases_are_those_of_its_kind_of_work(path: Path) -> None:
    content = read(path).content
    assert {step.phase for step in content.steps} <= phases()[kind_of(content)]


@every_manual
def test_publishing_finds_no_obstacle(path: Path) -> None:
    file = read(path)
    assert obstacles(file.content, vocabulary(file.content), values=file.envelope.values) == []


@every_manual
def test_nothing_is_left_to_warn_about_even_for_outsiders(path: Path) -> None:
    file = read(path)
    for content in (file.content, redact(file.content)):
        found = warnings(content, vocabulary(content), values=file.envelope.values)
        assert [f"{finding.label}: {finding.message}" for finding in found if finding.code != "unused_parameter"] == []
    assert [f for f in warnings(file.content, vocabulary(file.content)) if f.code == "unused_parameter"] == []


@every_manual
def test_every_town_word_has_a_value_of_the_town(path: Path) -> None:
    file = read(path)
    assert {parameter.key for parameter in file.content.parameters} == set(file.envelope.values)


@every_manual
def test_no_personal_data_stands_in_it(path: Path) -> None:
    file = read(path)
    assert personal_data(file.content, file.envelope.values) == []


@every_manual
def test_office_numbers_and_addresses_are_fictitious(path: Path) -> None:
    file = read(path)
    contact = file.content.contact
    phone_keys = [p.key for p in file.content.parameters if p.kind is ParameterKind.PHONE]
    numbers = PHONE.findall(" ".join([contact.phone, *(file.envelope.values[key] for key in phone_keys)]))
    assert all(number.startswith("0990-00-") for number in numbers)
    assert not contact.email or contact.email.endswith(".example.jp")


@every_manual
def test_it_says_that_it_is_a_sample_and_of_which_date(path: Path) -> None:
    file = read(path)
    first = file.content.reuse_tips.splitlines()[0]
    assert first.startswith("この手順書は見本です。")
    assert "法令と一般的な実務を前提に書いています。" in first
    published = file.envelope.published_on
    assert published is not None
    month = re.search(r"令和[0-9]+年[0-9]+月", first)
    assert month is not None
    assert wareki(published).startswith(month.group())


@every_manual
def test_legal_bases_have_plausible_names(path: Path) -> None:
    content = read(path).content
    assert content.legal_bases
    for basis in content.legal_bases:
        if basis.tier is Tier.LAW:
            assert STATUTE.match(basis.name), basis.name
        elif basis.tier is Tier.OWN:
            assert OWN_RULE.search(basis.name), basis.name


@pytest.mark.parametrize("odd", ["第条", "22条", "第22", "第22条第1", "第22条、", "第2条の", "まで第3条"])
def test_an_odd_article_would_be_noticed(odd: str) -> None:
    assert ARTICLE.fullmatch(odd) is None


@every_manual
def test_articles_of_legal_bases_have_a_plausible_form(path: Path) -> None:
    for basis in read(path).content.legal_bases:
        places = CAPTION.sub("", basis.article)
        assert not basis.article or ARTICLE.fullmatch(places), f"{basis.name} {basis.article}"


@every_manual
def test_steps_say_who_does_what_and_why_and_most_say_how_long(path: Path) -> None:
    content = read(path).content
    assert 5 <= len(content.steps) <= 15
    assert all(step.title and step.action and step.actor and step.reason for step in content.steps)
    assert sum(step.minutes is not None for step in content.steps) > len(content.steps) / 2


@every_live_manual
def test_who_decides_is_not_told_to_have_it_decided(path: Path) -> None:
    deciding = [step for step in read(path).content.steps if step.actor and step.actor.kind is ActorKind.DECIDER]
    assert [step.title for step in deciding if re.search("決裁を受け|決裁に回", step.action)] == []


@every_manual
def test_the_volumes_agree_with_each_other(path: Path) -> None:
    volume = read(path).content.annual_volume
    if volume.total is None or volume.peak is None or volume.off_peak is None:
        pytest.skip("月の件数が書かれていない手順書")
    assert volume.off_peak <= (volume.normal if volume.normal is not None else volume.peak) <= volume.peak
    assert 12 * volume.off_peak <= volume.total <= 12 * volume.peak


@every_older_edition
def test_an_older_edition_comes_before_the_next_one(path: Path) -> None:
    older = read(path).envelope
    next_name = path.with_name(f"{older.slug}@{older.edition + 1}.md")
    newer = read(next_name if next_name.exists() else path.with_name(f"{older.slug}.md")).envelope
    assert newer.edition == older.edition + 1
    assert (older.published_on or date.max) < (newer.published_on or date.min)
    assert newer.change_note not in ("", older.change_note)


@every_live_manual
def test_a_manual_that_came_from_another_names_an_edition_that_exists(path: Path) -> None:
    source = read(path).envelope.provenance
    if source is None:
        return
    folder = CONTENT / "manuals" / source.municipality
    editions = {read(file).envelope.edition for file in folder.glob(f"{source.slug}*.md")}
    assert source.edition in editions


def _family(file: ManualFile) -> tuple[str, str]:
    """Town and slug of the first original: editions and forks keep the uids of their family."""
    source = file.envelope.provenance
    if source is None:
        return file.envelope.municipality, file.envelope.slug
    return _family(read(CONTENT / "manuals" / source.municipality / f"{source.slug}.md"))


def test_a_uid_belongs_to_one_family_of_manuals() -> None:
    owners: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for path in MANUALS:
        for uid in uids_in(read(path).content):
            owners[uid].add(_family(read(path)))
    assert {uid: families for uid, families in owners.items() if len(families) > 1} == {}


def _written_by_all_towns() -> list[Path]:
    by_procedure: dict[str | None, list[Path]] = defaultdict(list)
    for path in MANUALS:
        if "@" not in path.name:
            by_procedure[read(path).content.procedure].append(path)
    groups = (group for group in by_procedure.values() if {path.parent.name for path in group} == SAMPLE_TOWNS)
    return [path for group in groups for path in group]


def test_at_least_three_procedures_are_written_by_all_three_towns_and_well_filled() -> None:
    compared = _written_by_all_towns()
    assert len({read(path).content.procedure for path in compared}) >= 3
    assert {path.name: rate for path in compared if (rate := fill_rate(read(path).content).rate) < WELL_FILLED} == {}


def test_system_procurement_shows_every_phase_of_a_project_with_points_to_tick() -> None:
    content = read(CONTENT / "manuals/990019/system-chotatsu.md").content
    assert {step.phase for step in content.steps} == phases()["プロジェクト"]
    for step in content.steps:
        assert len(step.checklist) >= 2, step.title
        for point in step.checklist:
            assert all((point.item, point.who, point.when, point.why, point.how)), point.uid


def test_the_samples_show_branches_internal_steps_and_every_audience_but_the_own_town() -> None:
    live = [read(path) for path in MANUALS if "@" not in path.name]
    assert sum(any(step.branches for step in file.content.steps) for file in live) >= 4
    assert sum(any(step.internal for step in file.content.steps) for file in live) >= 2
    assert {"public", "members"} <= {file.envelope.audience.value for file in live}
