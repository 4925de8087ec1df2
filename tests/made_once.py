"""What all applications of the tests share, since making it anew for each of a thousand takes half of the time.

A template's code, what a route's rule compiles to and a statement's SQL follow from the source alone, an article from its
content, and what is looked for in queries from the vocabulary: which application or database asks for them makes no difference
to them.
"""

from collections.abc import Mapping
from datetime import datetime
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlmodel import Session
from werkzeug.routing import Rule

from kb import db
from kb.common_format.content import ManualContent
from kb.publishing import fragments
from kb.publishing.views import ReadyContent
from kb.web import vocabulary
from kb.web.vocabulary import Words

SMALL = 10_000
"""Letters of a content that tests write again and again; larger ones are generated, each once."""

FEW = 10
"""Vocabularies that many tests stand on; the others are made for one test."""


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


def share_routes(patch: pytest.MonkeyPatch) -> None:
    """Let a route that one application compiled be there for all others."""
    compile_rule = Rule.compile
    known: dict[Any, Rule] = {}

    def once(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), rule.merge_slashes, rule.subdomain, rule.host)
        first = known.get(key)
        if first is None:
            compile_rule(rule)
            known[key] = rule
            return
        rule._parts, rule._trace, rule._converters = first._parts, first._trace, first._converters
        rule.arguments = set(first.arguments)
        rule._build = first._build.__func__.__get__(rule)
        rule._build_unknown = first._build_unknown.__func__.__get__(rule)

    patch.setattr(Rule, "compile", once)


def share_articles(patch: pytest.MonkeyPatch) -> None:
    """Let a content that was rendered before be there for the next test that publishes the same."""
    make_ready, render = fragments.ready, fragments.render_article
    known: dict[Any, ReadyContent] = {}
    articles: dict[int, str] = {}  # by id(), which is theirs alone since `known` keeps them

    def ready(content: ManualContent, values: Mapping[str, str], *, redacted: bool) -> ReadyContent:
        key = (content.model_dump_json(), tuple(sorted(values.items())), redacted)
        if key not in known:
            seen = make_ready(content, values, redacted=redacted)
            if len(key[0]) > SMALL:
                return seen
            known[key], articles[id(seen)] = seen, render(seen)
        return known[key]

    def render_article(seen: ReadyContent) -> str:
        return articles.get(id(seen)) or render(seen)

    patch.setattr(fragments, "ready", ready)
    patch.setattr(fragments, "render_article", render_article)


def share_words(patch: pytest.MonkeyPatch) -> None:
    """Let words that are the same share what is made of them."""
    read = vocabulary._read
    known: list[Words] = []

    def once(session: Session, now: datetime) -> Words:
        words = read(session, now)
        same = next((one for one in known if one == words), None)
        if same is None and len(known) < FEW:
            known.append(words)
        return same or words

    patch.setattr(vocabulary, "_read", once)


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
