"""Documents for search tests: a few that are written out, and strategies for small random worlds."""

from typing import Any

from hypothesis import strategies as st

from kb.search.index import Document, Face, Passage, Query, Sort, Synonyms
from kb.search.signals import Signals

AOBA, WAKAMATSU = "990019", "990027"

TERMS = Synonyms((("国民健康保険", "国保"), ("転入届", "住民異動届"), ("健康保険", "健保"), ("ごみ", "廃棄物")))


def a_document(id_: str = "m1", **given: Any) -> Document:
    """A document of 青葉市 with one step; say what differs. `text` is the text of the step, `steps` replaces all of them."""
    text = given.pop("text", "窓口で受け取る。")
    town = given.get("town", AOBA)
    usual: dict[str, Any] = {
        "face": Face.PUBLIC,
        "version": 1,
        "town": town,
        "members_only": False,
        "title": "転入届の受付",
        "readings": "",
        "keywords": "",
        "passages": (Passage("step-a", "確認", text),),
        "facets": {"town": (town,), "area": ("B01",)},
    }
    steps = given.pop("steps", None)
    if steps:
        given["passages"] = tuple(Passage(f"step-{name}", title, text) for name, (title, text) in steps.items())
    return Document(id=id_, **{**usual, **given})


WORDS = [
    "転入",
    "届",
    "税",
    "納税",
    "証明書",
    "引っ越し",
    "引越し",
    "国保",
    "国民健康保険",
    "ごみ",
    "の",
    "。\n",
    "Ｗｅｂ",
    "受け付ける",
    "第二十二条",
]
ASKED = [
    "転入",
    "届",
    "税",
    "税",
    "証明書",
    "引越し",
    "国保",
    "国民健康保険",
    "廃棄物",
    "web",
    "受付",
    "てんにゅう",
    "ぜい",
    "tennyu",
    "web",
    "-届",
    "－「税の」",
    "OR",
    "22条",
    "引っ越しの日に転入届と納税の証明書を出す",
    "",
    "",
]
ODD = [*WORDS, *ASKED, " ", "　", "「", "」", '"', "つ", "健康", "窓口で", "x", "!", "ｶｰﾄﾞ"]

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join)
queries = (
    st.sampled_from(ASKED)
    | st.lists(st.sampled_from(ASKED), min_size=2, max_size=3).map(" ".join)
    | st.lists(st.sampled_from(ODD), max_size=5).map("".join)
)


@st.composite
def documents(draw: st.DrawFn, with_ids: tuple[str, ...] = ("m1", "m2", "m3", "m4", "m5")) -> Document:
    """A face of a manual; a manual stays with its town."""
    id_ = draw(st.sampled_from(with_ids))
    town = AOBA if int(id_[1:]) % 2 else WAKAMATSU
    steps = draw(st.lists(st.tuples(texts, texts), max_size=2))
    facets = {"town": (town,), "area": tuple(draw(st.lists(st.sampled_from(["A01", "B01", "C01"]), max_size=2)))}
    if draw(st.booleans()):
        facets["phase"] = tuple(draw(st.lists(st.sampled_from(["受付", "審査"]), max_size=3)))
    if draw(st.booleans()):
        facets["procedure"] = (draw(st.sampled_from(["tennyu", "zei"])),)
    return Document(
        id=id_,
        face=draw(st.sampled_from(Face)),
        version=draw(st.integers(1, 3)),
        town=town,
        members_only=draw(st.booleans()),
        title=draw(texts),
        readings=draw(st.sampled_from(["", "てんにゅうとどけ", "こくほ ゼイ"])),
        keywords=draw(texts),
        passages=tuple(Passage(f"step-{i}", title, text) for i, (title, text) in enumerate(steps)),
        facets=facets,
        published_at=float(draw(st.integers(0, 3))),
        stored={"n": id_},
    )


worlds = st.lists(documents(), min_size=3, max_size=9)

signals = st.dictionaries(
    st.sampled_from(["m1", "m2", "m3", "m9"]),
    st.builds(Signals, st.integers(0, 60), st.integers(0, 60), st.integers(-1, 900)),
    max_size=4,
)

viewers = st.tuples(st.sampled_from([None, AOBA, AOBA, WAKAMATSU, "999999"]), st.booleans())

filters = st.just({}) | st.fixed_dictionaries(
    {},
    optional={
        "area": st.sampled_from([(), ("A01",), ("B01",), ("A01", "B01"), ("?",)]),
        "phase": st.sampled_from([(), ("受付",), ("受付", "審査")]),
        "town": st.sampled_from([(AOBA,), (AOBA, WAKAMATSU)]),
        "unknown": st.just(("x",)),
    },
)


@st.composite
def asked(draw: st.DrawFn) -> Query:
    """Any query that a page may build."""
    town, member = draw(viewers)
    return Query(
        text=draw(queries),
        town=town,
        member=member,
        filters=draw(filters),
        exact=draw(st.booleans()),
        sort=draw(st.sampled_from(Sort)),
        own_first=draw(st.booleans()),
        grouped=draw(st.booleans()),
        offset=draw(st.sampled_from([0, 0, 0, 1, 2])),
        limit=draw(st.sampled_from([20, 20, 2, 0])),
    )
