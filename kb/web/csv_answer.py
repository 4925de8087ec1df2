"""Tables for Excel: UTF-8 with BOM, and no cell that a spreadsheet would take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from werkzeug.wrappers import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A cell that begins so is calculated by some spreadsheet (OWASP: CSV injection); an apostrophe makes it text."""


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV text, with the lines that Excel writes."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(headers)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def csv_bytes(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The same as a file; the BOM tells Excel that it is UTF-8."""
    return csv_text(headers, rows).encode("utf-8-sig", "replace")


def csv_answer(name: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """The same as an answer that is saved under `name` (ASCII)."""
    answer = Response(csv_bytes(headers, rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
