"""What authors type into drafts."""

from kb.common_format.raw import raw_of
from kb.manuals.drafting import draft_raw
from tests.world import a_content

KEY, OTHER_KEY = "k" * 24, "o" * 24


def typed(**content):
    """What a draft holds whose author typed a content that can be saved."""
    return draft_raw(raw_of(a_content(**content)))


def retitled(draft, title):
    """What a draft holds, with another title."""
    return {**draft.raw, "content": {**draft.raw["content"], "title": title}}
