"""Days as people write them: 「2026-04-01」「2026/4/1」「令和8年4月1日」「R8.4.1」, in full-width digits too."""

import re
import unicodedata
from datetime import date

from kb.japanese.eras import ERAS

_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_FIRST_DAYS = {era.name: era.first for era in ERAS}
_WESTERN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
_ERA = re.compile(
    rf"({'|'.join(_FIRST_DAYS)}|[RHSTM])\s?([0-9]{{1,2}}|元)[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?"
)
LONGEST = 20
"""Characters of the longest way to write a day."""


def parse_day(text: str) -> date | None:
    """The day that `text` names; None when it names none, or a day that does not exist (令和8年2月30日, 平成40年4月1日)."""
    if len(text) > LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    western, era = _WESTERN.fullmatch(plain), _ERA.fullmatch(plain)
    try:
        if western:
            return date(*(int(part) for part in western.groups()))
        return _of_era(*era.groups()) if era else None
    except ValueError:
        return None


def _of_era(name: str, year: str, month: str, day: str) -> date | None:
    era = _LETTERS.get(name, name)
    first = _FIRST_DAYS[era]
    found = date(first.year + (1 if year == "元" else int(year)) - 1, int(month), int(day))
    later = [begins for begins in _FIRST_DAYS.values() if begins > first]
    return found if first <= found and all(found < begins for begins in later) else None
