"""What a query asks an engine for: bounded whatever it says, and never for a word that means something else in law."""

from itertools import product

import pytest

from kb.japanese.romaji import MOST_LENGTHENINGS
from kb.search.index import Synonyms
from kb.search.plan import LONGEST_READING, MOST_UNITS, Plan, plan
from kb.search.query_text import MOST_CHUNKS
from kb.search.rewriting import MOST_SYNONYMS
from tests.content_yaml import content_yaml

MANY = Synonyms((tuple(f"語{i}" for i in range(50)), ("国民健康保険", "国保"), ("転入届", "住民異動届")))
NONE = Synonyms()


def shipped_terms() -> Synonyms:
    names = (
        [term["preferred"], *(one["word"] for one in term.get("variants", []))] for term in content_yaml("terms.yml")
    )
    return Synonyms(tuple(tuple(group) for group in names if len(group) > 1))


SHIPPED = shipped_terms()


def work(made: Plan) -> dict[str, int]:
    """How much there is to look up: ways, units and terms of all clauses and of what is left out."""
    ways = [*made.ways, *made.left_out]
    terms = [term for way in ways for need in way.needs for terms in need.alternatives for term in terms]
    return {
        "clauses": len(made.clauses),
        "left out": len(made.left_out),
        "ways": len(ways),
        "units": sum(len(clause[0].needs) for clause in made.clauses),
        "terms": len(terms) + sum(len(way.scored) for way in ways),
        "letters": max((len(way.literal) + len(way.sound) for way in ways), default=0),
    }


class TestBounds:
    @pytest.mark.parametrize(
        "text",
        [
            "転入届の受付" * 2_000,
            "転" * 10_000,
            "a" * 10_000,
            "\ufdfa" * 10_000,
            " ".join(f"転入届{i}の受付" for i in range(1_000)),
            " OR ".join(f"国保{i}" for i in range(1_000)),
            " -".join(f"国保{i}" for i in range(1_000)),
            " ".join(f"koukuhojuu{i}" for i in range(1_000)),
            "kokuhokojumotosho " * 500,
            "語1 " * 500 + "国保の語2と語3と転入届",
            "国保の語1と語2と語3と転入届" * 400,
            "「" * 5_000 + "転入" + "」" * 5_000,
            '"' * 9_999,
            '"「転入"」 ' * 1_000,
            "*a* " * 2_000,
            "-" * 10_000,
            "- " * 5_000,
            "−ー－ " * 3_000,
            "OR " * 3_000,
            "転入\x00\x1b\u202e\u200b " * 1_000,
            "第二十二条の" * 1_500,
            "一" * 9_000 + "条",
            "(" * 5_000 + ")" * 5_000,
        ],
        ids=lambda text: text[:12].encode("unicode_escape").decode(),
    )
    def test_the_work_that_a_query_asks_for_is_bounded(self, text: str) -> None:
        asked = work(plan(text, MANY, exact=False))
        ways = MOST_CHUNKS * (1 + MOST_SYNONYMS + MOST_LENGTHENINGS)
        assert asked["clauses"] + asked["left out"] <= 2 * MOST_CHUNKS
        assert asked["units"] <= MOST_UNITS
        assert asked["ways"] <= ways + MOST_CHUNKS
        assert asked["terms"] <= 8_000
        assert asked["letters"] <= 200 + LONGEST_READING

    def test_an_ordinary_query_asks_for_little(self) -> None:
        asked = work(plan("国保の加入 -転出 tennyu", MANY, exact=False))
        assert asked == {"clauses": 2, "left out": 1, "ways": 5, "units": 3, "terms": asked["terms"], "letters": 4}
        assert asked["terms"] <= 40


class TestWordsThatDifferInLaw:
    """申請 asks for a decision, 届出 tells, 申告 declares: whoever takes one for the other answers a resident wrongly."""

    WORDS = ("申請", "届", "申告", "請求", "許可", "認可")

    def test_no_group_of_the_shipped_terms_holds_two_of_them(self) -> None:
        assert len(SHIPPED.groups) > 100
        kinds = [{word for word, name in product(self.WORDS, group) if word in name} for group in SHIPPED.groups]
        assert [group for group, kind in zip(SHIPPED.groups, kinds, strict=True) if len(kind) > 1] == []

    @pytest.mark.parametrize("procedure", ["転入", "住民税", "国民健康保険の加入", "児童手当", "道路占用", "飼い犬の"])
    @pytest.mark.parametrize(("word", "others"), [("申請", "届申告"), ("届出", "申請申告"), ("申告", "申請届")])
    def test_no_plan_asks_for_another_one(self, procedure: str, word: str, others: str) -> None:
        made = plan(procedure + word, SHIPPED, exact=False)
        asked = " ".join(
            term for way in made.ways for need in way.needs for terms in need.alternatives for term in terms
        )
        scored = " ".join(term for way in made.ways for term, _ in way.scored)
        assert [one for one in ("申請", "届", "申告") if one in others and (one in asked or one in scored)] == []
        assert not any(one in name for one in ("申請", "届", "申告") if one in others for name in made.also_searched)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤＶ　ｶｰﾄﾞ", "dv カード"),
        ("第２２条", "第22条"),
        ("ＯＲ", "OR"),
        ("転入　－届", "転入 -届"),
        ("ＴＥＮＮＹＵ", "tennyu"),
    ],
)
def test_full_and_half_width_ask_for_the_same(one: str, other: str) -> None:
    assert plan(one, NONE, exact=False) == plan(other, NONE, exact=False)
