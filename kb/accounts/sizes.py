"""Size bands of towns, so that a town finds others like itself. Bounds follow the usual 人口段階 of national statistics."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SizeBand:
    """A band of population: `key` in addresses and facets, `label` on the page."""

    key: str
    label: str
    below: int | None
    """Population is less than this; None for the largest band."""


SIZE_BANDS = (
    SizeBand("u5k", "5千人未満", 5_000),
    SizeBand("u10k", "5千人〜1万人", 10_000),
    SizeBand("u30k", "1万人〜3万人", 30_000),
    SizeBand("u50k", "3万人〜5万人", 50_000),
    SizeBand("u100k", "5万人〜10万人", 100_000),
    SizeBand("u200k", "10万人〜20万人", 200_000),
    SizeBand("u500k", "20万人〜50万人", 500_000),
    SizeBand("o500k", "50万人以上", None),
)


def size_band(population: int | None) -> SizeBand | None:
    """The band of a population in persons; None when it is not known."""
    if population is None:
        return None
    return next(band for band in SIZE_BANDS if band.below is None or population < band.below)
