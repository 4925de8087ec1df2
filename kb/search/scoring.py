"""BM25F: fields are combined before saturation, so a word in the title and the text is one piece of evidence, not two.

The functions take numbers or NumPy arrays. Figures about a corpus (documents, lengths, document frequencies) are
those of what the viewer may read and of nothing else: hidden text influences no score.
"""

from typing import Any

import numpy as np

K1 = 1.2
B = 0.75
FIELD_WEIGHTS = {"title": 3.0, "keywords": 1.5, "body": 1.0}
"""Fields that are scored, with the weight of an occurrence in each."""
SOUND_EVIDENCE = 3.0
"""What a reading that begins with the query counts like: an occurrence in the title."""
DECIMALS = 9
"""Scores are rounded so that engines that add in another order agree on ties."""


def occurrences(field: str, frequency: Any, length: Any, mean_length: float) -> Any:
    """Weighted evidence of `frequency` occurrences in a field of `length` words, where `mean_length` is usual."""
    return FIELD_WEIGHTS[field] * frequency / (1 - B + B * length / mean_length if mean_length else 1.0)


def saturated(evidence: Any) -> Any:
    """Evidence 0… to 0…1: the tenth occurrence says less than the first."""
    return evidence / (K1 + evidence)


def rarity(documents: int, holding: int) -> float:
    """How much a term says that `holding` of `documents` documents hold; never negative."""
    return float(np.log(1 + (documents - holding + 0.5) / (holding + 0.5)))
