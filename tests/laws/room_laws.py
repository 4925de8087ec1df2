"""Laws about the rooms of `kb/`: which file holds what, who acts, who commits, who knows Flask."""

import ast
from collections.abc import Iterator

from tests.laws.tree import Law, Source, under

WEB_FLOOR = {"web", "app", "cli", "cli_towns", "cli_keeping", "server", "__main__"}
WEB_PACKAGES = ("flask", "werkzeug", "wtforms", "flask_wtf", "flask_login")
LAYER_NAMES = {"routes", "forms", "controllers", "handlers", "repositories", "schemas", "serializers", "types", "tasks"}
WRITES = {"add", "add_all", "delete", "merge", "flush"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def no_flask_in_rooms(source: Source) -> Iterator[str]:
    """Pages compose rooms; rooms do not know pages."""
    if source.room in WEB_FLOOR:
        return
    for line, name in source.imports():
        if name.split(".")[0] in WEB_PACKAGES:
            yield f"{source.path}:{line}: imports {name}; take a plain value and let kb/web do the web part."


def only_db_commits(source: Source) -> Iterator[str]:
    """One request is one transaction; a room that commits would cut it in two."""
    if source.path == "kb/db.py" or source.room == "search":  # an index has commits of its own, and knows no database
        return
    for call in _method_calls(source):
        if call.func.attr == "commit":  # type: ignore[attr-defined]  # _method_calls yields attribute calls only
            yield f"{source.path}:{call.lineno}: commits; use kb.db.transaction around the whole unit of work."


def tables_live_in_models(source: Source) -> Iterator[str]:
    """Tables are found in one place."""
    for node in source.nodes:
        table = isinstance(node, ast.ClassDef) and any(
            word.arg == "table" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        )
        if table and source.name != "models.py":
            yield f"{source.path}:{node.lineno}: a table outside models.py; move it to the models.py of its room."
        if table and not ast.get_docstring(node):
            yield f"{source.path}:{node.lineno}: say in a docstring what a row represents."


def rooms_explain_themselves(source: Source) -> Iterator[str]:
    """`models.py` opens with what it represents and whether it changes; `__init__.py` with what the room is."""
    if source.name in ("models.py", "__init__.py") and not ast.get_docstring(source.tree):
        yield f"{source.path}: open it with a docstring that says what this represents and whether it changes."


def rooms_are_cut_by_noun(source: Source) -> Iterator[str]:
    """Beside models, queries, actions and rules a room holds named algorithms, not layers of its own."""
    if source.room not in WEB_FLOOR and source.name.removesuffix(".py") in LAYER_NAMES:
        yield f"{source.path}: a layer, not a thing; put it into models, queries, actions or rules, or name the algorithm."


def queries_only_read(source: Source) -> Iterator[str]:
    """Asking changes nothing."""
    for call in _method_calls(source):
        on_session = isinstance(call.func.value, ast.Name) and call.func.value.id == "session"  # type: ignore[attr-defined]  # attribute calls only
        if source.name == "queries.py" and on_session and call.func.attr in WRITES:  # type: ignore[attr-defined]  # attribute calls only
            yield f"{source.path}:{call.lineno}: a query writes; move the verb to actions.py."


def rules_are_pure(source: Source) -> Iterator[str]:
    """A rule decides on values that it is given (or writes the same decision down as an SQL condition); it reads nothing."""
    if source.name != "rules.py":
        return
    for line, name in source.imports():
        if name.startswith("kb.db.") or ".queries" in name or name.split(".")[-1] in ("Session", "select", "Engine"):
            yield f"{source.path}:{line}: imports {name}; read in queries.py and give the rule the values."


def the_clock_is_an_argument(source: Source) -> Iterator[str]:
    """A room is told what time it is, so that a test can say."""
    if source.room in WEB_FLOOR:
        return
    for call in _method_calls(source):
        owner = call.func.value  # type: ignore[attr-defined]  # attribute calls only
        name = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
        if (name, call.func.attr) in CLOCKS:  # type: ignore[attr-defined]  # attribute calls only
            yield f"{source.path}:{call.lineno}: reads the clock; take the moment as an argument (`now` or `at`)."


def actions_say_who_acts(source: Source) -> Iterator[str]:
    """An action takes `session` first and its actor as `by=`, and asks a `may_…` rule when it has one."""
    if source.name != "actions.py":
        return
    functions = {node.name: node for node in source.tree.body if isinstance(node, ast.FunctionDef)}
    for name, function in functions.items():
        if name.startswith("_"):
            continue
        where, named = f"{source.path}:{function.lineno}: {name}", function.args
        positional = [argument.arg for argument in (*named.posonlyargs, *named.args)]
        if positional[:1] != ["session"]:
            yield f"{where}: take `session` as the first argument."
        if "by" in positional:
            yield f"{where}: make the actor a keyword: put `*` before `by`."
        if "by" in positional + [argument.arg for argument in named.kwonlyargs] and not _asks_a_rule(
            function, functions
        ):
            yield f"{where}: acts for somebody without asking; call a `may_…` rule and raise NotAllowed or NotFound."


def _asks_a_rule(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> bool:
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        node = waiting.pop()
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        names |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        if any(name.startswith("may_") for name in names):
            return True
        waiting += [functions[name] for name in names & functions.keys() - seen]
        seen |= names
    return False


def _method_calls(source: Source) -> Iterator[ast.Call]:
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


_kb = under("kb")
_A, _Q, _R, _M = "kb/m/actions.py", "kb/m/queries.py", "kb/m/rules.py", "kb/m/models.py"
_NEVER = "def save(session, *, by):\n    session.add(1)\n"
_ASKED = "def save(session, *, by):\n    _check(by)\ndef _check(by):\n    if not may_save(by): raise NotAllowed\n"
ROOM_LAWS = [
    Law(no_flask_in_rooms, _kb, (Source(_R, "from flask import g"),), Source("kb/web/a.py", "import flask")),
    Law(only_db_commits, _kb, (Source(_A, "session.commit()"),), Source("kb/db.py", "session.commit()")),
    Law(
        tables_live_in_models,
        _kb,
        (Source(_R, "class A(S, table=True):\n    '''A.'''"), Source(_M, "class A(S, table=True): ...")),
        Source(_M, "class A(S, table=True):\n    '''A row.'''\nclass B(S): ..."),
    ),
    Law(
        rooms_explain_themselves,
        _kb,
        (Source(_M, "import x"), Source("kb/m/__init__.py", "")),
        Source(_M, "'''Rows.'''"),
    ),
    Law(rooms_are_cut_by_noun, _kb, (Source("kb/m/forms.py", ""),), Source("kb/m/passwords.py", "")),
    Law(queries_only_read, _kb, (Source(_Q, "session.add(x)"),), Source(_Q, "seen.add(x)")),
    Law(
        rules_are_pure,
        _kb,
        (Source(_R, "from sqlmodel import Session"), Source(_R, "from kb.m.queries import x")),
        Source(_R, "from kb.m.models import Manual"),
    ),
    Law(
        the_clock_is_an_argument,
        _kb,
        (Source(_A, "datetime.now(UTC)"), Source(_R, "datetime.date.today()")),
        Source("kb/web/a.py", "datetime.now(UTC)"),
    ),
    Law(
        actions_say_who_acts,
        _kb,
        (Source(_A, "def save(manual): ..."), Source(_A, "def save(session, by): may_save(by)"), Source(_A, _NEVER)),
        Source(_A, _ASKED),
    ),
]
