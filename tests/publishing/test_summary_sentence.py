"""The sentence at the top of a manual: how long, how many stages, in whose hands."""

import re

import pytest

from kb.publishing.fragments import render_article
from kb.publishing.views import ready
from tests.world import a_content, a_step


def sentence(*kinds: str) -> str:
    """What the page says of work that these kinds of actors do, three minutes each."""
    steps = [a_step(f"step-{n}", actor={"kind": kind}) for n, kind in enumerate(kinds)]
    article = render_article(ready(a_content(steps=steps), {}, redacted=True))
    found = re.search(r'<p class="summary-line">(.*?)</p>', article, re.S)
    assert found
    return re.sub(r"<[^>]+>", "", found[1])


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (("窓口",), "この手順は約3分・1工程・窓口で完結"),
        (("住民", "窓口", "システム", "窓口"), "この手順は約12分・1工程・窓口で完結"),
        (("審査",), "この手順は約3分・1工程・審査だけで完結"),
        (("窓口", "審査", "決裁者"), "この手順は約9分・1工程・担当は窓口・審査・決裁者"),
        (("窓口", "審査", "事務担当", "決裁者"), "この手順は約12分・1工程・担当は窓口ほか3者"),
    ],
)
def test_the_sentence_says_in_whose_hands_the_work_is(kinds: tuple[str, ...], said: str) -> None:
    assert sentence(*kinds) == said
