"""Legal bases of the shipped manuals lead to the law: `content/laws.yml` says which law is where on e-Gov 法令検索."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from kb.common_format.header import LegalBasis, Tier
from kb.common_format.text import parse
from tests.content_yaml import content_yaml

CONTENT = Path(__file__).parents[2] / "content"
MANUALS = sorted((CONTENT / "manuals").glob("*/*.md"))
LAWS = content_yaml("laws.yml")
ADDRESS = "https://laws.e-gov.go.jp/law/"
E_GOV = re.compile(r"https?://e?laws\.e-gov\.go\.jp/")
ENACTED = r"[1-5][0-9]{2}"
"""Era (明治1・大正2・昭和3・平成4・令和5) and the year in it."""

ACT = re.compile(rf"{ENACTED}AC(?:000|100|010)[0-9]{{7}}")
"""法律: a bill of the cabinet (000), of the 衆議院 (100) or of the 参議院 (010), and its number."""

ORDER = re.compile(rf"{ENACTED}(?:CO|IO)000[0-9]{{7}}")
"""政令 or 勅令, and its number."""

MINISTERIAL = re.compile(rf"{ENACTED}M[1-6][0-9A-F]{{7}}[0-9]{{3}}")
"""府省令: the generation and the bits of the ministries, and its number."""

ORDERS_CALLED_ACTS = {"出入国管理及び難民認定法"}
"""政令 of 1951 that the law of 1952 (昭和27年法律第126号) gave the force of an act; it kept its number."""


@cache
def bases() -> tuple[tuple[str, LegalBasis], ...]:
    """Every 法律等 basis with the place where it stands."""
    return tuple(
        (f"{path.parent.name}/{path.name} {basis.uid}", basis)
        for path in MANUALS
        for basis in parse(path.read_text(encoding="utf-8"), str(path)).content.legal_bases
        if basis.tier is Tier.LAW
    )


def form_of(name: str) -> re.Pattern[str]:
    if name.endswith(("規則", "省令", "府令")):
        return MINISTERIAL
    return ORDER if name.endswith("令") or name in ORDERS_CALLED_ACTS else ACT


def test_a_law_has_a_name_and_an_id_and_nothing_else() -> None:
    assert LAWS
    assert all(set(law) == {"name", "law_id"} for law in LAWS)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law["name"])
def test_the_id_has_the_form_of_its_kind_of_law(law: dict[str, Any]) -> None:
    assert form_of(law["name"]).fullmatch(law["law_id"])


@pytest.mark.parametrize("field", ["name", "law_id"])
def test_a_law_stands_in_the_list_once(field: str) -> None:
    assert [value for value, times in Counter(law[field] for law in LAWS).items() if times > 1] == []


def test_a_basis_on_a_listed_law_carries_exactly_its_address() -> None:
    addresses = {law["name"]: ADDRESS + law["law_id"] for law in LAWS}
    wrong = [
        f"{place}: {basis.name} → {addresses[basis.name]}"
        for place, basis in bases()
        if basis.name in addresses and basis.url != addresses[basis.name]
    ]
    assert wrong == []


def test_no_basis_leads_to_a_law_on_e_gov_that_is_not_listed_for_it() -> None:
    listed = {(law["name"], ADDRESS + law["law_id"]) for law in LAWS}
    strange = [
        f"{place}: {basis.name} {basis.url}"
        for place, basis in bases()
        if E_GOV.match(basis.url) and (basis.name, basis.url) not in listed
    ]
    assert strange == []


def test_at_least_half_of_the_bases_lead_to_the_law() -> None:
    linked = sum(bool(basis.url) for _, basis in bases())
    assert 2 * linked >= len(bases()) > 0
