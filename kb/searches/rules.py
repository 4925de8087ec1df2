"""What a saved search is made of, whose it is, and how much is kept."""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from kb.accounts.rules import Viewer
from kb.search.index import Query, Sort
from kb.searches.models import RecentSearch, SavedSearch

LONGEST_NAME = 60
MOST_SAVED = 50
"""Saved searches of one person: more than anybody looks through, few enough to be asked at once."""
MOST_RECENT = 10
LONGEST_TEXT = 200
PAUSE = timedelta(minutes=1)
"""Asking the same again within this time is the same search: leafing and narrowing then write nothing."""


@dataclass(frozen=True)
class Question:
    """What somebody searches for, in one form: spaces, and the order of filters and of their values, make no difference."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    exact: bool = False
    sort: Sort = Sort.RELEVANCE

    @property
    def asks(self) -> bool:
        """Whether it asks for less than everything."""
        return bool(self.text or self.filters)

    @property
    def data(self) -> dict[str, Any]:
        """What is kept of it; `question_of` reads it again."""
        filters = {name: list(values) for name, values in self.filters.items()}
        return {"text": self.text, "filters": filters, "exact": self.exact, "sort": self.sort.value}

    @property
    def digest(self) -> str:
        """The same for all questions with the same matches: the order of results, case and width do not count."""
        heard = unicodedata.normalize("NFKC", self.text).casefold()
        filters = [[name, list(values)] for name, values in self.filters.items()]
        return sha256(json.dumps([heard, filters, self.exact]).encode()).hexdigest()

    def newest(self, by: Viewer, limit: int) -> Query:
        """The query for its newest matches, as `by` may read them."""
        filters = dict(self.filters)
        return Query(self.text, by.own_town, by.member, filters, self.exact, sort=Sort.NEWEST, limit=limit)


def question(text: str, filters: Mapping[str, Iterable[str]], exact: bool, sort: Sort) -> Question:
    """The one form of what was asked."""
    words = one_line(text)
    kept = {name: tuple(sorted(set(filters[name]) - {""})) for name in sorted(filters)}
    return Question(words, {name: values for name, values in kept.items() if values}, exact and bool(words), sort)


def question_of(data: Mapping[str, Any]) -> Question:
    """What was kept, as a question."""
    return question(data["text"], data["filters"], data["exact"], Sort(data["sort"]))


def one_line(text: str) -> str:
    """A text without blanks around it and with single ones inside, cut at what is kept."""
    return " ".join(text.split())[:LONGEST_TEXT]


def name_mistake(name: str) -> str:
    """What is wrong with a name; "" when nothing."""
    if not name:
        return "名前を入れてください。"
    if len(name) > LONGEST_NAME:
        return f"名前は{LONGEST_NAME}文字までにしてください。いま{len(name)}文字です。"
    return ""


def may_save(by: Viewer) -> bool:
    """Whether `by` may keep searches: any known person, for themselves."""
    return by.signed_in


def may_change(by: Viewer, kept: SavedSearch | RecentSearch) -> bool:
    """Whether `by` may see and change what is kept: the own only, whatever the role."""
    return by.user_id is not None and by.user_id == kept.user_id


def may_feed(by: Viewer, kept: SavedSearch) -> bool:
    """Whether `by` may have a feed of it: the owner, as long as the town takes part."""
    return by.member and may_change(by, kept)


def is_new(kept: RecentSearch | None, at: datetime) -> bool:
    """Whether asking at `at` says more than what is kept."""
    return kept is None or kept.searched_at <= at - PAUSE
