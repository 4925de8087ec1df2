"""The formula of signals, and their file: durable, private to its folder, and never in the way of a search."""

import json
import logging
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search import signals_file
from kb.search.index import Query
from kb.search.signals import ADOPTIONS, FRESHNESS, LIKES, Signals, boost_of
from kb.search.whoosh_index import WhooshIndex
from tests.search.corpus import a_document

some = st.builds(Signals, st.integers(0, 10_000), st.integers(0, 10_000), st.integers(-1, 50_000))
PATH = "signals.json"


def factor(one: Signals) -> float:
    return float(boost_of(one).factor)


@given(some)
def test_a_score_is_lifted_by_nothing_to_fifteen_percent(one: Signals) -> None:
    assert 1.0 <= factor(one) <= 1.15 + 1e-12


@given(some, st.integers(0, 100))
def test_more_towns_never_count_less_and_an_older_confirmation_never_counts_more(one: Signals, more: int) -> None:
    assert factor(Signals(one.likes + more, one.adoptions + more, one.days)) >= factor(one)
    if one.days >= 0:
        assert factor(Signals(one.likes, one.adoptions, one.days + more)) <= factor(one)


def test_nobody_and_nothing_known_lifts_nothing() -> None:
    assert factor(Signals()) == 1.0


def test_each_signal_has_its_most() -> None:
    most = boost_of(Signals(likes=50, adoptions=50, days=0))
    assert (most.likes, most.adoptions, most.freshness) == (LIKES, ADOPTIONS, FRESHNESS)
    assert float(boost_of(Signals(days=365)).freshness) == pytest.approx(FRESHNESS / 2)


@pytest.fixture
def index(folder: Path) -> WhooshIndex:
    made = WhooshIndex(folder)
    made.rebuild([a_document("m1", published_at=1.0), a_document("m2")])
    made.put_signals({"m2": Signals(adoptions=3)})
    return made


def order(index: WhooshIndex) -> list[str]:
    return [hit.id for hit in index.search(Query("転入")).hits]


def test_another_process_sees_them(index: WhooshIndex, folder: Path) -> None:
    other = WhooshIndex(folder)
    assert order(other) == ["m2", "m1"]
    index.put_signals({})
    assert order(other) == ["m1", "m2"]


@pytest.mark.parametrize(
    "harm",
    [b"", b"00000000\n{}", b"x", b"\xff\xfe", "cut", "turned"],
)
def test_a_damaged_file_lifts_nothing_says_so_and_is_written_anew(
    index: WhooshIndex, folder: Path, harm: bytes | str, caplog: pytest.LogCaptureFixture
) -> None:
    path = folder / PATH
    whole = path.read_bytes()
    harms = {"cut": whole[:-2], "turned": whole[:-3] + b"9]}"}
    path.write_bytes(harm if isinstance(harm, bytes) else harms[harm])
    fresh = WhooshIndex(folder)
    caplog.set_level(
        logging.WARNING, logger="kb"
    )  # an application made before keeps the log of the product to itself, and quiet
    signals_file._log.addHandler(caplog.handler)
    try:
        assert order(fresh) == ["m1", "m2"]
    finally:
        signals_file._log.removeHandler(caplog.handler)
    assert "signals" in caplog.text
    fresh.put_signals({"m2": Signals(adoptions=3)})
    assert order(fresh) == ["m2", "m1"]


def test_without_the_file_nothing_is_lifted_and_nothing_is_said(
    index: WhooshIndex, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / PATH).unlink()
    assert order(index) == ["m1", "m2"]
    assert caplog.text == ""


def test_values_of_another_form_lift_nothing(index: WhooshIndex, folder: Path) -> None:
    for odd in ([], {"m2": 3}, {"m2": ["a", 1, 1]}, {"m2": [1, 2, 3, 4]}):
        data = json.dumps(odd).encode()
        (folder / PATH).write_bytes(f"{crc32(data):08x}\n".encode() + data)
        assert order(index) == ["m1", "m2"]


def test_they_may_come_before_the_index(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.put_signals({"m2": Signals(adoptions=3)})
    index.rebuild([a_document("m1", published_at=1.0), a_document("m2")])
    assert order(index) == ["m2", "m1"]
