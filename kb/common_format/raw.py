"""The raw form (入力のまま): what an author has typed, valid or not, as it is kept in a draft.

The same tree as the content's JSON, but every scalar is the string as typed ("" for nothing), a box to tick is true or
false, a list of plain values is one text with a value per line, and every repeated thing is a list of objects that
each carry a `uid` (a parameter too: its key may still change). Nothing in it is tidied; what it means is asked of
`content_of_raw`. A raw form is never changed in place: every function gives a new one.

A field is named by its path with dots, as in `purpose.what` or `steps.<uid>.branches.<uid>.goto`. Line ends are LF: a
page that draws a text area puts a line feed after the tag, because browsers swallow the first one.
"""

from kb.common_format.raw_form import ForgedForm, FormReading, field_name, read_form
from kb.common_format.raw_lines import insert_steps, steps_from_lines
from kb.common_format.raw_operations import MOST_ITEMS, MOST_STEPS, Operation, Outcome, carry_out, parse_operation
from kb.common_format.raw_plan import FormField, Widget, fields_of
from kb.common_format.raw_reading import content_of_raw, lenient_content
from kb.common_format.raw_values import LONGEST, UNTITLED, Raw, blank_item, blank_raw, completed, raw_of, title_of

__all__ = [
    "LONGEST",
    "MOST_ITEMS",
    "MOST_STEPS",
    "UNTITLED",
    "ForgedForm",
    "FormField",
    "FormReading",
    "Operation",
    "Outcome",
    "Raw",
    "Widget",
    "blank_item",
    "blank_raw",
    "carry_out",
    "completed",
    "content_of_raw",
    "field_name",
    "fields_of",
    "insert_steps",
    "lenient_content",
    "parse_operation",
    "raw_of",
    "read_form",
    "steps_from_lines",
    "title_of",
]
