"""The shipped vocabulary: real towns, work areas, phases, standard procedures and common terms.

These tests read the files with nothing but a CSV and a YAML reader, so that they also stand for what another program
may rely on. What each field means is told in `content/README.md`.
"""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kb.japanese.check_digits import is_municipality_code
from tests.content_yaml import content_yaml

CONTENT = Path(__file__).parents[2] / "content"
HIRAGANA = re.compile("[ぁ-ゖー]+")
SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
ARTICLE = re.compile(r"第[0-9]+(条|項|号|の[0-9]+)")
VARIANT_KINDS = {"略称", "旧称", "表記ゆれ", "通称"}
COLUMNS = ["lgcode", "pref", "name", "kana", "type", "lat", "lng", "url", "jp_population_20250101"]

LEGALLY_DIFFERENT = [
    ("申請", "届出"),
    ("申請", "申告"),
    ("届出", "申告"),
    ("許可", "認可"),
    ("委託", "嘱託"),
    ("委託", "請負"),
    ("減免", "免除"),
    ("免除", "猶予"),
    ("非課税", "減免"),
    ("取消し", "撤回"),
    ("代理人", "使者"),
    ("転入", "転居"),
    ("転出", "転居"),
    ("転居", "転籍"),
    ("住所", "居所"),
    ("住所", "本籍"),
    ("世帯主", "筆頭者"),
    ("住民票", "戸籍の附票"),
    ("住民票の写し", "住民票記載事項証明書"),
    ("戸籍全部事項証明書", "戸籍個人事項証明書"),
    ("婚姻", "入籍"),
    ("印鑑登録証", "印鑑登録証明書"),
    ("個人番号", "住民票コード"),
    ("マイナ保険証", "資格確認書"),
    ("資格確認書", "健康保険証"),
    ("国民健康保険税", "国民健康保険料"),
    ("普通徴収", "特別徴収"),
    ("督促", "催告"),
    ("還付", "充当"),
    ("差押え", "参加差押え"),
    ("課税証明書", "納税証明書"),
    ("児童手当", "児童扶養手当"),
    ("児童扶養手当", "特別児童扶養手当"),
    ("要介護認定", "要支援認定"),
    ("補装具", "日常生活用具"),
    ("生活保護", "生活困窮者自立支援制度"),
    ("健康診査", "検診"),
    ("一般廃棄物", "産業廃棄物"),
    ("道路占用", "道路使用"),
    ("特定空家等", "管理不全空家等"),
    ("罹災証明書", "被災証明書"),
    ("指定避難所", "指定緊急避難場所"),
    ("期日前投票", "不在者投票"),
    ("請願", "陳情"),
    ("住民監査請求", "事務監査請求"),
    ("専決", "代決"),
    ("専決", "専決処分"),
    ("決裁", "決済"),
    ("補助金", "負担金"),
    ("概算払", "前金払"),
    ("支出負担行為", "債務負担行為"),
    ("分限処分", "懲戒処分"),
    ("条例", "規則"),
    ("却下", "棄却"),
    ("署名", "記名"),
    ("謄本", "抄本"),
]


def _csv(name: str) -> list[dict[str, str]]:
    with (CONTENT / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


TOWNS, SAMPLE_TOWNS = _csv("municipalities.csv"), _csv("sample_municipalities.csv")
AREAS, KINDS = content_yaml("work_areas.yml"), content_yaml("phases.yml")
PROCEDURES, TERMS = content_yaml("procedures.yml"), content_yaml("terms.yml")


def _variants(term: dict[str, Any]) -> list[str]:
    return [variant["word"] for variant in term.get("variants", [])]


def _group(term: dict[str, Any]) -> set[str]:
    return {term["preferred"], *_variants(term)}


def _repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


# Towns


def test_all_1741_municipalities_are_there_once_with_a_valid_code() -> None:
    assert list(TOWNS[0]) == COLUMNS
    assert len({town["lgcode"] for town in TOWNS}) == len(TOWNS) == 1741
    assert [town["lgcode"] for town in TOWNS if not is_municipality_code(town["lgcode"])] == []
    assert Counter(town["type"] for town in TOWNS) == {"市": 792, "町": 743, "村": 183, "特別区": 23}
    assert len({town["pref"] for town in TOWNS}) == 47


def test_every_municipality_has_a_name_a_reading_and_a_population() -> None:
    assert [t["lgcode"] for t in TOWNS if not (t["name"] and HIRAGANA.fullmatch(t["kana"]))] == []
    assert [t["lgcode"] for t in TOWNS if not t["jp_population_20250101"].isdecimal()] == []


def test_sample_towns_can_never_be_taken_for_real_ones() -> None:
    assert {t["name"]: int(t["jp_population_20250101"]) for t in SAMPLE_TOWNS} == {
        "青葉市": 320_000,
        "若松町": 18_000,
        "緑川村": 4_000,
    }
    assert list(SAMPLE_TOWNS[0]) == COLUMNS
    for town in SAMPLE_TOWNS:
        assert is_municipality_code(town["lgcode"])
        assert town["lgcode"].startswith("99")
        assert town["pref"] == "見本県"
    assert [t["lgcode"] for t in TOWNS if t["lgcode"].startswith("99")] == []
    assert {t["name"] for t in TOWNS} & {t["name"] for t in SAMPLE_TOWNS} == set()


# Work areas and phases


def test_work_areas_are_15_large_ones_with_128_below_them() -> None:
    codes = {area["code"] for area in AREAS}
    large = {area["code"] for area in AREAS if "parent" not in area}
    assert (len(codes), len(large)) == (len(AREAS), 15)
    assert len(AREAS) - len(large) == 128
    for area in AREAS:
        assert set(area) <= {"code", "name", "parent", "std20", "fiscal_kan"}
        if "parent" in area:
            assert area["parent"] in large
            assert area["code"].startswith(area["parent"])


def test_every_standardised_business_has_a_work_area_and_a_procedure() -> None:
    numbers = {area["code"]: area["std20"] for area in AREAS if "std20" in area}
    assert set(numbers.values()) == set(range(1, 21))
    covered = {numbers[p["work_area"]] for p in PROCEDURES if p["work_area"] in numbers}
    assert covered == set(range(1, 21))


def test_phases_stand_in_their_canonical_order() -> None:
    names = {kind["kind"]: [phase["name"] for phase in kind["phases"]] for kind in KINDS}
    assert names["プロジェクト"] == ["構想", "要件定義", "調達", "設計開発", "受入テスト", "リリース", "運用"]
    core = ["受付", "審査", "入力", "決裁", "交付", "通知", "収納", "保管"]
    assert [name for name in names["窓口・内部事務"] if name in core] == core
    for kind in KINDS:
        assert _repeated(names[kind["kind"]]) == []
        assert all(set(phase) == {"name", "meaning"} and phase["meaning"] for phase in kind["phases"])


# Procedures


def test_procedures_have_unique_keys_and_names() -> None:
    assert len(PROCEDURES) >= 150
    assert _repeated([p["key"] for p in PROCEDURES]) == []
    assert _repeated([p["name"] for p in PROCEDURES]) == []
    assert [p["key"] for p in PROCEDURES if not SLUG.fullmatch(p["key"])] == []


def test_every_procedure_is_whole() -> None:
    medium = {area["code"] for area in AREAS if "parent" in area}
    known = {"key", "name", "readings", "work_area", "kind", "aliases", "legal_basis", "summary"}
    for procedure in PROCEDURES:
        assert set(procedure) <= known, procedure["key"]
        assert procedure["work_area"] in medium, procedure["key"]
        assert procedure["kind"] in {kind["kind"] for kind in KINDS}, procedure["key"]
        assert procedure["readings"], procedure["key"]
        assert all(HIRAGANA.fullmatch(reading) for reading in procedure["readings"]), procedure["key"]
        assert procedure["summary"].endswith("。"), procedure["key"]
        assert _repeated([procedure["name"], *procedure.get("aliases", []), *procedure["readings"]]) == []


def test_every_work_area_has_a_procedure() -> None:
    used = {p["work_area"] for p in PROCEDURES}
    assert [area["code"] for area in AREAS if "parent" in area and area["code"] not in used] == []


def test_people_who_say_moving_house_find_every_kind_of_move() -> None:
    moving = {p["name"] for p in PROCEDURES if "引っ越し" in p.get("aliases", [])}
    assert moving >= {"転入届", "転出届", "転居届"}


# Terms


def test_terms_have_unique_keys_and_a_word_belongs_to_one_term_only() -> None:
    assert len(TERMS) >= 300
    assert _repeated([term["key"] for term in TERMS]) == []
    assert _repeated([word for term in TERMS for word in [term["preferred"], *_variants(term)]]) == []


def test_every_term_is_whole() -> None:
    areas = {None, *(area["code"] for area in AREAS)}
    known = {"key", "preferred", "readings", "variants", "definition", "source", "not_to_confuse", "work_area"}
    for term in TERMS:
        assert set(term) <= known, term["key"]
        assert SLUG.fullmatch(term["key"]), term["key"]
        assert term["definition"].endswith("。"), term["key"]
        assert term["readings"], term["key"]
        assert all(HIRAGANA.fullmatch(reading) for reading in term["readings"]), term["key"]
        assert term.get("work_area") in areas, term["key"]


def test_variants_name_their_kind_and_are_long_enough_to_search_for() -> None:
    for word in [variant for term in TERMS for variant in term.get("variants", [])]:
        assert set(word) <= {"word", "kind", "reading"}, word
        assert word["kind"] in VARIANT_KINDS, word
        assert len(word["word"]) >= 2, word
        assert "reading" not in word or HIRAGANA.fullmatch(word["reading"]), word


def test_no_term_swallows_a_word_that_it_must_not_be_confused_with() -> None:
    swallowed = [(t["key"], sorted(_group(t) & set(t.get("not_to_confuse", [])))) for t in TERMS]
    assert [(key, words) for key, words in swallowed if words] == []


@pytest.mark.parametrize(("one", "other"), LEGALLY_DIFFERENT)
def test_legally_different_words_are_never_merged(one: str, other: str) -> None:
    holders = [{term["key"] for term in TERMS if word in _group(term)} for word in (one, other)]
    assert all(holders), "both words are terms"
    assert holders[0] & holders[1] == set()


@pytest.mark.parametrize(
    ("said", "preferred"),
    [
        ("引越し届", "住民異動届"),
        ("国保", "国民健康保険"),
        ("住基", "住民基本台帳"),
        ("後期", "後期高齢者医療制度"),
        ("固資", "固定資産税"),
        ("就援", "就学援助"),
        ("母子手帳", "母子健康手帳"),
        ("マイナンバーカード", "個人番号カード"),
        ("生保", "生活保護"),
    ],
)
def test_everyday_words_lead_to_the_preferred_one(said: str, preferred: str) -> None:
    assert [term["preferred"] for term in TERMS if said in _variants(term)] == [preferred]


# Law references


@pytest.mark.parametrize("field", ["legal_basis", "source"])
def test_articles_are_written_as_numbers_in_the_usual_form(field: str) -> None:
    references = [entry[field] for entry in PROCEDURES + TERMS if field in entry]
    assert len(references) > 100
    assert [r for r in references if len(ARTICLE.findall(r)) != r.count("第")] == []
    assert [r for r in references if "第" in r and not re.search("(法|法律|令|規則|条例|基準|附則)第", r)] == []
