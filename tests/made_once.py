"""What all applications of the tests share, since making it anew for each of a thousand takes half of the time.

A template's code, a route's address builder and a statement's SQL follow from the source alone: which application or
database asks for them makes no difference to them.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from werkzeug.routing import Rule

from kb import db

Builder = Callable[..., tuple[str, str]]


class TemplateCodes(BytecodeCache):
    """The compiled templates, by name and checksum of the source."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, when its source was compiled before."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template that was just compiled."""
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


def share_templates(patch: pytest.MonkeyPatch) -> None:
    """Let a template that one application compiled be there for all others."""
    make, codes = Flask.create_jinja_environment, TemplateCodes()

    def sharing(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = codes
        return environment

    patch.setattr(Flask, "create_jinja_environment", sharing)


def share_builders(patch: pytest.MonkeyPatch) -> None:
    """Let a route that was compiled before give its address builder to the next application's."""
    compile_builder = Rule._compile_builder
    known: dict[Any, Builder] = {}

    def once(rule: Rule, append_unknown: bool = True) -> Builder:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    patch.setattr(Rule, "_compile_builder", once)


def share_statements(patch: pytest.MonkeyPatch) -> None:
    """Let every SQLite engine take part in the statements that the first one compiled."""
    make = db.sqlalchemy_engine
    first: list[Engine] = []

    def sharing(*args: Any, **options: Any) -> Engine:
        engine = make(*args, **options)
        if engine.dialect.name != "sqlite":
            return engine
        if not first:
            first.append(make("sqlite://", **options))
            first[0].connect().close()  # a dialect looks at its first connection, and only at that
        engine.dialect = first[0].dialect
        engine._compiled_cache = first[0]._compiled_cache
        return engine

    patch.setattr(db, "sqlalchemy_engine", sharing)
