"""Bands of population."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.accounts.sizes import SIZE_BANDS, size_band


@pytest.mark.parametrize(
    ("population", "key"),
    [(0, "u5k"), (4_999, "u5k"), (5_000, "u10k"), (18_000, "u30k"), (320_000, "u500k"), (500_000, "o500k")],
)
def test_a_population_falls_into_its_band(population, key):
    found = size_band(population)
    assert found is not None
    assert found.key == key


def test_an_unknown_population_has_no_band():
    assert size_band(None) is None


@given(st.integers(min_value=0, max_value=40_000_000), st.integers(min_value=0, max_value=40_000_000))
def test_bands_keep_the_order_of_populations(one, other):
    places = [SIZE_BANDS.index(size_band(population)) for population in sorted((one, other))]
    assert places == sorted(places)
