"""The embedded engine answers as the exhaustive reference does, and nobody's answer depends on what is hidden from them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.search.explanation import Explanation
from kb.search.index import Document, Face, Index, Query
from kb.search.memory_index import MemoryIndex
from kb.search.signals import Signals
from kb.search.whoosh_index import WhooshIndex
from tests.search.conftest import IN_MEMORY
from tests.search.corpus import (
    AOBA,
    TERMS,
    WAKAMATSU,
    a_document,
    asked,
    documents,
    queries,
    signals,
    texts,
    viewers,
    worlds,
)


@contextmanager
def both() -> Iterator[tuple[MemoryIndex, WhooshIndex]]:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        engines = MemoryIndex(), WhooshIndex(Path(folder) / "index")
        for engine in engines:
            engine.rebuild([])
        yield engines


@given(
    st.lists(worlds, min_size=1, max_size=2),
    st.lists(st.sampled_from(["m1", "m2", "m3"]), max_size=2),
    signals,
    st.lists(asked(), min_size=5, max_size=8),
)
@settings(max_examples=16)
def test_hits_order_scores_counts_snippets_and_reasons_are_the_same(
    puts: list[list[Document]], gone: list[str], lifted: dict[str, Signals], questions: list[Query]
) -> None:
    with both() as (memory, embedded):
        for batch in puts:
            memory.put(batch)
            embedded.put(batch)
        memory.delete(gone)
        embedded.delete(gone)
        for engine in (memory, embedded):
            engine.put_signals(lifted)
        assert embedded.versions() == memory.versions()
        for question in questions:
            found = memory.search(question, TERMS)
            assert embedded.search(question, TERMS) == found
            for hit in found.hits[:2]:
                told = [rounded(engine.explain(question, hit.id, TERMS)) for engine in (memory, embedded)]
                assert told[0] == told[1]
                assert told[0].score == hit.score


def rounded(why: Explanation | None) -> Explanation:
    """With what each place adds to nine digits: engines add in another order. Their sum lifted is the score."""
    assert why is not None
    assert abs(why.words_score * why.boost.factor - why.score) < 1e-8
    places = [tuple(sorted((place, round(added, 9)) for place, added in reason.places)) for reason in why.reasons]
    reasons = [replace(reason, places=kept) for reason, kept in zip(why.reasons, places, strict=True)]
    return replace(why, reasons=tuple(reasons))


@given(worlds, queries, viewers)
@settings(max_examples=15)
def test_suggestions_are_the_same(world: list[Document], prefix: str, viewer: tuple[str | None, bool]) -> None:
    with both() as (memory, embedded):
        memory.put(world)
        embedded.put(world)
        assert embedded.suggest(prefix, *viewer) == memory.suggest(prefix, *viewer)


@given(worlds, worlds)
@settings(max_examples=10)
def test_a_rebuild_answers_like_the_same_documents_put_one_by_one(
    before: list[Document], world: list[Document]
) -> None:
    with both() as (memory, embedded):
        embedded.put(before)
        embedded.rebuild(world)
        for document in world:
            memory.put([document])
        question = Query("転入 税", town=AOBA, limit=20)
        assert embedded.versions() == memory.versions()
        assert embedded.search(question, TERMS) == memory.search(question, TERMS)


def may_read(document: Document, town: str | None, member: bool) -> bool:
    if document.town == town:
        return document.face is Face.OWN
    return document.face is Face.PUBLIC and (member or not document.members_only)


@pytest.mark.parametrize("engine", ["memory", "embedded"])
@given(worlds, viewers, st.lists(asked(), min_size=4, max_size=6), queries)
@settings(max_examples=12)
def test_what_a_viewer_may_not_read_influences_nothing(
    engine: str, world: list[Document], viewer: tuple[str | None, bool], questions: list[Query], prefix: str
) -> None:
    """The same answers, to the last digit of a score, as from an index that holds only what the viewer may read."""
    newest = list(
        {(document.id, document.face): document for document in sorted(world, key=lambda one: one.version)}.values()
    )
    with both() as everything, both() as readable:
        whole: Index = everything[engine == "embedded"]
        part: Index = readable[engine == "embedded"]
        whole.put(newest)
        part.put([one for one in newest if may_read(one, *viewer)])
        assert whole.suggest(prefix, *viewer) == part.suggest(prefix, *viewer)
        for question in questions:
            theirs = replace(question, town=viewer[0], member=viewer[1])
            assert whole.search(theirs, TERMS) == part.search(theirs, TERMS)


MARKER = "朱鷺色"


@given(documents(with_ids=("m1", "m3")), texts, viewers.filter(lambda viewer: viewer[0] != AOBA))
@settings(max_examples=12)
def test_a_marker_in_an_own_face_reaches_no_outsider(
    public: Document, text: str, viewer: tuple[str | None, bool]
) -> None:
    town, member = viewer
    secret = a_document(
        public.id,
        face=Face.OWN,
        title=f"{text}{MARKER}",
        keywords=MARKER,
        text=f"{text}{MARKER}の印",
        facets={"phase": (MARKER,)},
    )
    with both() as engines:
        for engine in engines:
            engine.put([secret])
            for words in (MARKER, MARKER[0], f"「{MARKER}」", f"{text} {MARKER}", "", text, "ときいろ"):
                assert MARKER not in repr(engine.search(Query(words, town=town, member=member, limit=50), TERMS))
            assert engine.suggest(MARKER[:2], town, member) == []
            assert engine.search(Query(MARKER, town=AOBA), TERMS).total == 1


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[MemoryIndex, WhooshIndex]]:
    with both() as engines:
        for engine in engines:
            engine.put([a_document(f"m{i}", text="引っ越しの届 web 12 ー", readings="てん") for i in range(3)])
            engine.put([a_document("m9", town=WAKAMATSU, title="\ud800\x00 \u200b転入", text='"「a\ufdfa')])
        yield engines


ODD = st.text(
    st.sampled_from(
        "*?\"'「」『』“”()[]{}^~:\\/-+&|!ー゛ﾞ㍿ﷺ\x00\x1b\ud800\udfff\u202e\u200b\u3000\n\t 税転入aＡ1てんー𠮷💮\U0010ffff"
    ),
    max_size=30,
)


@given(st.text(max_size=40) | ODD, viewers)
@example("*" * 10_000, (None, False))
@example("税 " * 5_000, (None, False))
@example("(" * 3_000 + "a" + ")" * 3_000, (None, False))
@example("\ufdfa" * 3_000, (None, False))
@example("転" * 3_000, (None, False))
@example("「" * 200 + "転入" + "」" * 200, (None, False))
@example("OR - -税 OR OR －「届」 または" * 50, (None, False))
@settings(max_examples=80)
def test_any_text_is_answered_alike(
    filled: tuple[MemoryIndex, WhooshIndex], text: str, viewer: tuple[str | None, bool]
) -> None:
    memory, embedded = filled
    question = Query(text, *viewer)
    assert embedded.search(question, TERMS) == memory.search(question, TERMS)
    assert embedded.suggest(text, *viewer) == memory.suggest(text, *viewer)


@given(st.text(max_size=30) | ODD)
@settings(max_examples=25)
def test_any_text_can_be_put_and_is_shown_unchanged(text: str) -> None:
    with both() as engines:
        for engine in engines:
            engine.put([a_document(title=text, text=text, keywords=text, readings=text, stored={"text": text})])
            (hit,) = engine.search(Query("")).hits
            assert "".join(run for run, _ in hit.title.runs) == text
            assert hit.stored == {"text": text}
            engine.search(Query(text))
