"""The text form of a manual (docs/text-form.md): one file that people read and edit and that comes back exactly.

`parse(write(x)) == x` for every valid `ManualFile` within `MAX_BYTES`; `write(parse(text))` is canonical.
"""

from kb.common_format.text_layout import MAX_BYTES
from kb.common_format.text_parse import check_name, expected_name, parse
from kb.common_format.text_problems import Problem, TextFormError
from kb.common_format.text_uids import assign_uids
from kb.common_format.text_write import write

__all__ = ["MAX_BYTES", "Problem", "TextFormError", "assign_uids", "check_name", "expected_name", "parse", "write"]
