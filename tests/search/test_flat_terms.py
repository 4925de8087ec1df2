"""A field turned around says of each term what the documents said; joining fields is the same as turning all around at once."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search.flat_terms import Inverted, Lookup, inverted, merged
from kb.search.flat_texts import joined, texts

TERM = st.text("あいう漢a\ud800", min_size=1, max_size=3).map(lambda text: text.encode("utf-8", "surrogatepass"))
TEXTS = st.lists(st.dictionaries(TERM, st.integers(1, 70_000), max_size=5), max_size=6)


def turned(texts: list[dict[bytes, int]]) -> Inverted:
    """Documents as terms and counts, turned around."""
    return inverted([list(text) for text in texts], [list(text.values()) for text in texts])


def spelled(field: Inverted) -> dict[bytes, list[tuple[int, int]]]:
    """Term to (document, count) pairs, in the order kept."""
    return {
        name: list(
            zip(
                field.documents[field.starts[i] : field.starts[i + 1]].tolist(),
                field.counts[field.starts[i] : field.starts[i + 1]].tolist(),
                strict=True,
            )
        )
        for i, name in enumerate(field.names)
    }


def expected(found: list[dict[bytes, int]]) -> dict[bytes, list[tuple[int, int]]]:
    return {
        term: [(number, text[term]) for number, text in enumerate(found) if term in text]
        for term in sorted({term for text in found for term in text})
    }


@settings(max_examples=60)
@given(TEXTS)
def test_a_field_says_what_its_documents_say(found) -> None:
    assert list(spelled(turned(found)).items()) == list(expected(found).items())


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_joined_fields_are_those_of_all_documents_that_are_kept(parts, chance) -> None:
    kept = [np.array([chance.random() < 0.7 for _ in part], bool) for part in parts]
    left = [
        text
        for part, keep in zip(parts, kept, strict=True)
        for text, stays in zip(part, keep.tolist(), strict=True)
        if stays
    ]
    assert spelled(merged([turned(part) for part in parts], kept)) == spelled(turned(left))


@settings(max_examples=60)
@given(st.sets(st.binary(max_size=3)), st.binary(max_size=3))
def test_terms_are_found_by_name_and_by_how_they_begin(names, wanted) -> None:
    ordered = sorted(name for name in names if b"\xff" not in name)  # no byte of UTF-8 is ff
    data, ends = b"".join(ordered), np.cumsum([len(name) for name in ordered], dtype=np.int64)
    lookup = Lookup(ends, lambda start, end: data[start:end])
    assert lookup.place(wanted) == (ordered.index(wanted) if wanted in ordered else None)
    if b"\xff" not in wanted:
        first, behind = lookup.beginning_with(wanted)
        assert ordered[first:behind] == [name for name in ordered if name.startswith(wanted)]


@settings(max_examples=60)
@given(st.lists(st.lists(st.binary(max_size=4), max_size=5), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_joined_texts_are_those_that_are_kept(parts, chance) -> None:
    kept = [np.array([chance.random() < 0.6 for _ in part], bool) for part in parts]
    made = [texts(part) for part in parts]
    found = joined([(np.concatenate(one.pieces), one.ends) for one in made], kept)
    left = [
        text
        for part, keep in zip(parts, kept, strict=True)
        for text, stays in zip(part, keep.tolist(), strict=True)
        if stays
    ]
    assert b"".join(piece.tobytes() for piece in found.pieces) == b"".join(left)
    assert found.ends.tolist() == np.cumsum([len(text) for text in left], dtype=np.int64).tolist()
