"""Whose readings are kept, and how often."""

from datetime import datetime, timedelta

from kb.accounts.rules import Viewer
from kb.common_format.envelope import Audience
from kb.publishing.rules import may_read
from kb.readings.models import Reading

PAUSE = timedelta(minutes=10)
"""Opening the same edition again within this time is the same reading: most page views then write nothing."""


def may_keep_reading(by: Viewer, municipality_code: str, audience: Audience) -> bool:
    """Whether `by` is a known person who may read an edition with this audience, of this town."""
    return by.signed_in and may_read(by, municipality_code, audience)


def is_new(kept: Reading | None, edition: int, at: datetime) -> bool:
    """Whether opening `edition` at `at` says more than the reading that is kept."""
    return kept is None or kept.edition != edition or kept.read_at <= at - PAUSE
