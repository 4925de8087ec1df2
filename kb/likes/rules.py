"""Who may like what."""

from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience
from kb.publishing.rules import may_read


def may_like(by: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether `by` may like an edition with this audience, of this town: staff of a town that takes part, the own one too.

    An operator works for all towns alike and likes nothing.
    """
    return by.signed_in and by.member and by.own_town is not None and may_read(by, municipality_code, audience)


def may_take_back(by: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether `by` may take a like of their own back: everybody who reads the manual, though their town has left."""
    return by.signed_in and may_read(by, municipality_code, audience)
