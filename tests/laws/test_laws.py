"""The laws of the house hold in every file, and each law refuses what it was made to refuse.

A failure is a list of sentences: where, what is wrong, what to do. The laws themselves stand in `*_laws.py`.
"""

import pytest

from tests.laws.address_laws import ADDRESS_LAWS
from tests.laws.code_laws import CODE_LAWS
from tests.laws.page_laws import PAGE_LAWS
from tests.laws.room_laws import ROOM_LAWS
from tests.laws.tree import Law

LAWS = [*CODE_LAWS, *ROOM_LAWS, *PAGE_LAWS, *ADDRESS_LAWS]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.check.__name__)
def test_law_holds(law: Law) -> None:
    problems = [sentence for source in law.over() for sentence in law.check(source)]
    if problems:
        pytest.fail("\n".join([str(law.check.__doc__), *problems]), pytrace=False)


@pytest.mark.parametrize(
    ("law", "broken"),
    [(law, number) for law in LAWS for number in range(len(law.broken))],
    ids=lambda value: value.check.__name__ if isinstance(value, Law) else str(value),
)
def test_law_refuses_its_broken_sample(law: Law, broken: int) -> None:
    assert list(law.check(law.broken[broken])) != []


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.check.__name__)
def test_law_accepts_its_kept_sample(law: Law) -> None:
    assert list(law.check(law.kept)) == []
