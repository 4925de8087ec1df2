"""How much `content/` holds, in one place: each test states one promised number and what it counts.

How each file must look is told by the neighbours of this file; here is only how many there are, and that they are worth
counting. A number is never lowered to make a test pass: write what is missing instead.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from kb.common_format.content import ManualContent, uids_in
from kb.common_format.envelope import ManualFile
from kb.common_format.figures import figures
from kb.common_format.fill import fill_rate
from kb.common_format.header import Tier
from kb.common_format.parameters import expand
from kb.common_format.step import ChecklistPoint
from kb.common_format.text import parse
from tests.content.test_inspection import PROCEDURES_OF_ALL_TOWNS
from tests.content_yaml import content_yaml

CONTENT = Path(__file__).parents[2] / "content"
SAMPLE_TOWNS = {"990019", "990027", "990035"}
PHASES_OF_A_PROJECT = ["構想", "要件定義", "調達", "設計開発", "受入テスト", "リリース", "運用"]
OF_EVERY_OFFICE = {
    "shokai-kaito": "照会・回答",
    "kaigi-unei": "会議運営",
    "hojokin-kofu": "補助金等交付",
    "ido-hikitsugi": "異動・引継ぎ",
    "system-chotatsu": "システム調達・開発",
}


@cache
def _manuals() -> dict[str, ManualFile]:
    """Every manual file by town and name, older editions too."""
    return {
        f"{path.parent.name}/{path.stem}": parse(path.read_text(encoding="utf-8"), str(path))
        for path in sorted((CONTENT / "manuals").glob("*/*.md"))
    }


@cache
def _live() -> dict[str, ManualFile]:
    return {name: file for name, file in _manuals().items() if "@" not in name}


def _lacking(holds: Callable[[ManualContent], Any]) -> list[str]:
    """The live manuals of whose content `holds` is not true."""
    return [name for name, file in _live().items() if not holds(file.content)]


def _words(term: dict[str, Any]) -> list[str]:
    return [term["preferred"], *(variant["word"] for variant in term.get("variants", []))]


# Procedures


def test_at_least_150_procedures_stand_under_all_128_work_areas() -> None:
    medium = {area["code"] for area in content_yaml("work_areas.yml") if "parent" in area}
    assert len(medium) == 128
    assert len(content_yaml("procedures.yml")) >= 150
    assert {procedure["work_area"] for procedure in content_yaml("procedures.yml")} == medium


def test_all_20_standardised_businesses_and_every_area_of_all_offices_have_procedures() -> None:
    used = {procedure["work_area"] for procedure in content_yaml("procedures.yml")}
    areas = [area for area in content_yaml("work_areas.yml") if "parent" in area]
    assert {area.get("std20") for area in areas if area["code"] in used} >= set(range(1, 21))
    of_every_office = {area["code"] for area in areas if area["parent"] == "Z"}
    assert len(of_every_office) == 10
    assert of_every_office <= used


def test_every_procedure_has_readings_and_everyday_names_and_nine_in_ten_a_legal_basis() -> None:
    procedures = content_yaml("procedures.yml")
    assert [one["key"] for one in procedures if not (one["readings"] and one.get("aliases"))] == []
    assert sum("legal_basis" in one for one in procedures) >= 0.9 * len(procedures)


# Terms


def test_at_least_300_terms_of_which_most_have_a_source_and_words_not_to_confuse() -> None:
    terms = content_yaml("terms.yml")
    assert len(terms) >= 300
    assert all(term["definition"] and term["readings"] for term in terms)
    assert sum("source" in term for term in terms) > 0.75 * len(terms)
    assert sum("not_to_confuse" in term for term in terms) > 0.9 * len(terms)


def test_variants_of_every_kind_are_known_and_at_least_200_of_them() -> None:
    kinds = Counter(variant["kind"] for term in content_yaml("terms.yml") for variant in term.get("variants", []))
    assert set(kinds) == {"略称", "旧称", "通称", "表記ゆれ"}
    assert kinds.total() >= 200


def test_every_word_of_every_term_leads_to_that_term_alone() -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for term in content_yaml("terms.yml"):
        for word in _words(term):
            owners[word].add(term["key"])
    assert {word: keys for word, keys in owners.items() if len(keys) != 1} == {}


def test_no_manual_calls_a_thing_by_its_old_name() -> None:
    old = [v["word"] for term in content_yaml("terms.yml") for v in term.get("variants", []) if v["kind"] == "旧称"]
    assert old
    spoken = {f"{p.parent.name}/{p.stem}": p.read_text(encoding="utf-8") for p in (CONTENT / "manuals").glob("*/*.md")}
    assert [(name, word) for name, text in spoken.items() for word in old if word in text] == []


# Manuals


def test_at_least_60_manuals_of_three_towns_in_at_least_14_work_areas() -> None:
    assert len(_live()) >= 60
    assert {file.envelope.municipality for file in _live().values()} == SAMPLE_TOWNS
    assert len({file.content.work_areas[0][0] for file in _live().values()}) >= 14
    assert len({file.content.work_areas[0] for file in _live().values()}) >= 14


def test_manuals_have_5_to_15_steps_20_of_them_branch_and_10_hold_steps_for_the_own_office() -> None:
    assert _lacking(lambda content: 5 <= len(content.steps) <= 15) == []
    live = [file.content for file in _live().values()]
    leads_on = [content for content in live if any(b.goto != "end" for step in content.steps for b in step.branches)]
    assert len(leads_on) >= 20
    assert sum(any(step.internal for step in content.steps) for content in live) >= 10


@pytest.mark.parametrize(
    "part",
    [
        lambda c: any(basis.article for basis in c.legal_bases if basis.tier is Tier.LAW),
        lambda c: c.annual_volume.total and c.annual_volume.peak,
        lambda c: len(c.required_documents) >= 2,
        lambda c: len(c.faq) >= 3,
        lambda c: len(c.exceptions) >= 3,
        lambda c: any(step.risks for step in c.steps),
        lambda c: len([line for line in c.reuse_tips.splitlines() if line.strip()]) >= 2,
        lambda c: sum(len(step.checklist) for step in c.steps) >= 2,
    ],
    ids=["article", "volume", "documents", "faq", "exceptions", "risks", "reuse tips", "points to tick"],
)
def test_every_manual_has(part: Callable[[ManualContent], Any]) -> None:
    assert _lacking(part) == []


def test_most_steps_say_their_minutes_and_in_most_manuals_not_every_case_passes_every_step() -> None:
    assert (
        _lacking(lambda content: sum(step.minutes is not None for step in content.steps) > len(content.steps) / 2) == []
    )
    assert sum(any(step.rate < 1 for step in file.content.steps) for file in _live().values()) > 0.9 * len(_live())


def test_no_uid_is_used_twice_by_manuals_that_are_no_relatives() -> None:
    owners: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for file in _manuals().values():
        source, own = file.envelope.provenance, file.envelope
        family = (source.municipality, source.slug) if source else (own.municipality, own.slug)
        for uid in uids_in(file.content):
            owners[uid].add(family)
    assert len(owners) > 3_000
    assert {uid: families for uid, families in owners.items() if len(families) > 1} == {}


# The procedures that all three towns wrote


@cache
def _as_lived(name: str) -> ManualContent:
    """A manual in the words of its town."""
    file = _live()[name]
    return expand(file.content, file.envelope.values)


def _actors(content: ManualContent) -> set[str]:
    return {step.actor.lane for step in content.steps if step.actor}


def _shared(one: ManualContent, other: ManualContent) -> float:
    """Share of steps, of the shorter manual, that pass alike: same phase, actor, medium and minutes."""
    steps = [
        Counter(
            (step.phase, step.actor.lane if step.actor else "", step.medium, step.minutes) for step in content.steps
        )
        for content in (one, other)
    ]
    return (steps[0] & steps[1]).total() / min(len(one.steps), len(other.steps))


def test_twelve_procedures_are_written_by_all_three_towns_and_filled_to_four_fifths() -> None:
    towns: dict[str | None, set[str]] = defaultdict(set)
    for file in _live().values():
        towns[file.content.procedure].add(file.envelope.municipality)
    assert {procedure for procedure, of in towns.items() if of == SAMPLE_TOWNS} >= PROCEDURES_OF_ALL_TOWNS
    assert len(PROCEDURES_OF_ALL_TOWNS) == 12
    rates = {n: fill_rate(f.content).rate for n, f in _live().items() if f.content.procedure in PROCEDURES_OF_ALL_TOWNS}
    assert len(rates) == 36
    assert {name: rate for name, rate in rates.items() if rate < 0.8} == {}


@pytest.mark.parametrize("procedure", sorted(PROCEDURES_OF_ALL_TOWNS))
def test_the_three_towns_do_the_same_work_differently(procedure: str) -> None:
    """Each pair of towns: other people, another order, other minutes, other media, other systems."""
    names = [name for name, file in _live().items() if file.content.procedure == procedure]
    for one, other in combinations([_as_lived(name) for name in names], 2):
        assert len(_actors(one) & _actors(other)) < len(_actors(one) | _actors(other)) / 2
        assert [step.phase for step in one.steps] != [step.phase for step in other.steps]
        assert figures(one).minutes != figures(other).minutes
        assert figures(one).media != figures(other).media
        assert set(one.systems) != set(other.systems)
        assert _shared(one, other) < 0.5


@pytest.mark.parametrize("procedure", sorted(PROCEDURES_OF_ALL_TOWNS))
def test_not_the_same_person_decides_in_all_three_towns(procedure: str) -> None:
    levels = {
        frozenset(step.decision_level for step in _as_lived(name).steps if step.decision_level)
        for name, file in _live().items()
        if file.content.procedure == procedure
    }
    assert all(levels), "every town says who decides"
    assert len(levels) >= 2


def test_a_city_works_with_more_systems_and_less_paper_than_a_village() -> None:
    for procedure in PROCEDURES_OF_ALL_TOWNS:
        city, village = (
            next(f.content for n, f in _live().items() if n[:6] == town and f.content.procedure == procedure)
            for town in ("990019", "990035")
        )
        assert len(city.systems) > len(village.systems), procedure
        assert len(city.steps) >= len(village.steps), procedure


# The manuals of every office


def _points(content: ManualContent) -> list[ChecklistPoint]:
    return [point for step in content.steps for point in step.checklist]


@pytest.mark.parametrize("procedure", OF_EVERY_OFFICE)
def test_the_five_manuals_of_every_office_say_who_when_why_and_how_for_each_point(procedure: str) -> None:
    found = [file.content for file in _live().values() if file.content.procedure == procedure]
    assert found
    for content in found:
        assert content.work_areas[0].startswith("Z")
        assert len(_points(content)) >= 5
        assert all(all((p.item, p.who, p.when, p.why, p.how)) for p in _points(content))


def test_the_procurement_of_a_system_goes_through_every_phase_with_points_in_each() -> None:
    (content,) = (file.content for file in _live().values() if file.content.procedure == "system-chotatsu")
    assert list(dict.fromkeys(step.phase for step in content.steps)) == PHASES_OF_A_PROJECT
    assert {step.phase for step in content.steps if step.checklist} == set(PHASES_OF_A_PROJECT)


# What grew over time and between towns


def test_some_manuals_have_two_or_three_editions_each_with_a_change_note() -> None:
    older = [name for name in _manuals() if "@" in name]
    assert len(older) >= 6
    with_history = {name.partition("@")[0] for name in older}
    assert {len([one for one in older if one.startswith(f"{name}@")]) + 1 for name in with_history} == {2, 3}
    assert all(file.envelope.change_note for file in _manuals().values())


def test_some_manuals_are_forks_that_name_their_origin() -> None:
    forks = [file for file in _live().values() if file.envelope.provenance]
    assert len(forks) >= 3
    for file in forks:
        source = file.envelope.provenance
        assert source is not None
        assert source.municipality != file.envelope.municipality
        assert f"{source.municipality}/{source.slug}" in _live()
        assert source.title
        assert source.municipality_name


def test_the_towns_like_and_adopt_each_others_manuals() -> None:
    uses = content_yaml("sample_uses.yml")
    assert len(uses["likes"]) >= 15
    assert len(uses["adoptions"]) >= 6
    assert {one["manual"] for one in [*uses["likes"], *uses["adoptions"]]} <= set(_live())
    assert {one["manual"][:6] for one in uses["likes"]} == SAMPLE_TOWNS
    assert {one["degree"] for one in uses["adoptions"]} == {"採用", "一部採用", "参考"}
