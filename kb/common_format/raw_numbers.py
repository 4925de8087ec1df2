"""Numbers as people type them in Japanese offices."""

import re
import unicodedata

_PLAIN = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?", re.ASCII)
_UNITS = ("か月", "ヶ月", "カ月", "分", "日", "月", "件")
_LONGEST = 40


def number_of(text: str, label: str) -> int | float | None:
    """The number that `text` says, None when it says none: 「3」「3.5」「1,200」「12件」, full-width too.

    The unit is taken only when `label` tells the same one, as in 標準時間(分): 「3日」 is no number of minutes.
    """
    if len(text) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", text).strip()
    unit = next((unit for unit in _UNITS if plain.endswith(unit) and unit[-1] in label), "")
    plain = plain.removesuffix(unit).rstrip()
    if not _PLAIN.fullmatch(plain):
        return None
    plain = plain.replace(",", "")
    return int(plain) if plain.lstrip("+-").isdigit() else float(plain)
