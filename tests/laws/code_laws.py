"""Laws about any Python file: sizes, names, reasons."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.laws.tree import Law, Source, under

FILE_LINES, FUNCTION_LINES = 300, 40
VAGUE_WORDS = {"manager", "helper", "helpers", "util", "utils", "service", "services", "base"}
VAGUE_FILES = VAGUE_WORDS | {"common", "misc", "managers", "stuff"}


def short_files(source: Source) -> Iterator[str]:
    """A file is read in one sitting."""
    lines = source.text.count("\n")
    if lines > FILE_LINES:
        yield f"{source.path} has {lines} lines; split it at a noun so that each part stays within {FILE_LINES}."


def short_functions(source: Source) -> Iterator[str]:
    """A function fits on a screen."""
    for function in source.functions():
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield (
                f"{source.path}:{function.lineno}: {function.name} has {lines} lines; "
                f"give its steps names of their own so that each stays within {FUNCTION_LINES}."
            )


def telling_names(source: Source) -> Iterator[str]:
    """A name says what a thing is, not that it helps."""
    for part in source.path.removesuffix(".py").split("/"):
        if part in VAGUE_FILES:
            yield f"{source.path}: '{part}' says nothing; name the file after the noun or the algorithm in it."
    for node in source.nodes:
        if not isinstance(node, ast.ClassDef):
            continue
        words = {word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", node.name)}
        if words & VAGUE_WORDS:
            yield f"{source.path}:{node.lineno}: class {node.name}: say what it represents instead of what it is for."


def reasons_beside_exceptions(source: Source) -> Iterator[str]:
    """Whoever silences a check says why on the same line: `# noqa: B008  # frozen value`."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type != tokenize.COMMENT:
            continue
        for found in re.finditer(r"#\s*(noqa|type:\s*ignore)(:\s*[A-Z0-9, ]+|\[[\w, -]+\])?(.*)", token.string):
            codes, rest = found.group(2), found.group(3)
            if not codes or not re.search(r"#\s*\w.{5,}", rest):
                yield (
                    f"{source.path}:{token.start[0]}: '{token.string}' needs the code that it silences and a reason "
                    "after a second '#'."
                )


_everywhere = under("kb", "tests")
_hand_written = [
    "kb/migrations/versions"  # generated: one long upgrade() is Alembic's own form
]


def _by_hand() -> list[Source]:
    return [s for s in _everywhere() if not s.path.startswith(tuple(_hand_written))]


_IGNORE = "# type" + ": ignore"
_NOQA = "# no" + "qa"
CODE_LAWS = [
    Law(short_files, _by_hand, (Source("kb/a.py", "\n" * 301),), Source("kb/a.py", "\n" * 300)),
    Law(
        short_functions,
        _by_hand,
        (Source("kb/a.py", "class A:\n    def f():\n" + "        1\n" * 40),),
        Source("kb/a.py", "class A:\n    def f():\n" + "        1\n" * 39),
    ),
    Law(
        telling_names,
        _everywhere,
        (
            Source("kb/manuals/utils.py", ""),
            Source("kb/common/text.py", ""),
            Source("kb/a.py", "class ManualManager: ..."),
            Source("kb/a.py", "class BaseManual: ..."),
            Source("kb/a.py", "class SearchService: ..."),
        ),
        Source("kb/common_format/a.py", "class Manual(BaseModel): ...\nclass Database: ..."),
    ),
    Law(
        reasons_beside_exceptions,
        _everywhere,
        (
            Source("kb/a.py", f"x = 1  {_NOQA}\n"),
            Source("kb/a.py", f"x = 1  {_NOQA}: B008\n"),
            Source("kb/a.py", f"x = 1  {_IGNORE}\n"),
            Source("kb/a.py", f"x = 1  {_IGNORE}[arg-type]\n"),
        ),
        Source("kb/a.py", f"x = 1  {_NOQA}: B008  # frozen value\ny = 2  {_IGNORE}[a-b]  # the library has no types\n"),
    ),
]
