"""Steps from pasted text: numbered lines, or rows copied from a spreadsheet."""

from collections.abc import Sequence

from kb.common_format.raw_operations import Outcome
from kb.common_format.raw_values import Raw


def steps_from_lines(text: str) -> list[Raw]:
    """New raw steps from pasted `text`.

    Numbered or bulleted lines (「1.」「１）」「(1)」「①」「・」) begin a step, what follows until the next is its action;
    without any such sign each line is a step. Rows with tabs are a table: a header row (手順名, 担当, 行うこと, 時間 …) names
    the columns, else the first is the title and the second the action. What has no place of its own joins the action.
    """
    raise NotImplementedError


def insert_steps(raw: Raw, steps: Sequence[Raw], after_uid: str = "") -> Outcome:
    """`raw` with `steps` after the step `after_uid`, or at the end; a manual's only step goes when nothing is in it.

    Raises `ForgedForm` when `after_uid` is not there. Too many steps: nothing is inserted, and the message says so.
    """
    raise NotImplementedError
