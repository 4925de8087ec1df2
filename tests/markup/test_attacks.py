"""No text makes a page act: our own corpus, read by an HTML parser, with nh3 as second opinion."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.markup import safe_html
from kb.markup.sanitize import ALIGNMENTS, PROTOCOLS, TAGS, sanitize

ATTACKS = [
    line.replace("{NL}", "\n")
    for line in (Path(__file__).parent / "attacks.txt").read_text(encoding="utf-8").split("\n")
    if line
]
ATTRIBUTES = {"a": {"href", "title", "rel"}, "ol": {"start"}, "td": {"class"}, "th": {"class"}}
HREF = re.compile(r"(https?://[^/\\\s]\S*|mailto:[^\s\\]+|[^:/\s\\][^:\s\\]*|/([^/\s\\]\S*)?)", re.IGNORECASE)


class Reader(HTMLParser):
    """What a browser would make of HTML: elements with attributes, and text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.seen = []
        self.oddities = []

    def handle_starttag(self, tag, attrs):
        self.seen.append(("<", tag, tuple(attrs)))

    def handle_endtag(self, tag):
        self.seen.append((">", tag, ()))

    def handle_data(self, data):
        if self.seen and self.seen[-1][0] == "text":
            data = self.seen.pop()[1] + data
        self.seen.append(("text", data, ()))

    def handle_comment(self, data):
        self.oddities.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html):
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def active_content(html):
    """Everything in `html` that is outside what a manual's text may be."""
    reader = read(html)
    found = list(reader.oddities)
    for sign, tag, attributes in reader.seen:
        if sign == "text":
            continue
        if tag not in TAGS:
            found.append(tag)
        for name, value in attributes:
            if name not in ATTRIBUTES.get(tag, set()):
                found.append(f"{tag} {name}")
            elif (name == "href" and not HREF.fullmatch(value)) or (name == "class" and value not in ALIGNMENTS):
                found.append(f"{tag} {name}={value}")
    return found


def second_opinion(html):
    return nh3.clean(html, tags=set(TAGS), attributes=ATTRIBUTES, url_schemes=set(PROTOCOLS), link_rel=None)


def test_the_corpus_is_large_and_has_no_line_twice():
    assert len(ATTACKS) >= 80
    assert len(set(ATTACKS)) == len(ATTACKS)


@pytest.mark.parametrize(
    "html",
    ["<script>", "<p onclick=x>", '<a href="javascript:x">', '<a href="//x">', "<!-- x -->", "<img>", '<td class="x">'],
)
def test_the_reader_of_these_tests_sees_active_content(html):
    assert active_content(html)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_becomes_dead_text(attack):
    html = safe_html(attack)
    assert active_content(html) == []
    assert read(second_opinion(html)).seen == read(html).seen


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_wall_alone_holds_too_when_the_renderer_lets_all_through(attack):
    assert active_content(sanitize(attack)) == []


@given(
    st.lists(
        st.one_of(
            st.sampled_from(ATTACKS),
            st.sampled_from(
                ["[", "](", ")", "<", ">", "`", "\n", "\n\n", "> ", "- ", "|", '"', "'", "*", "&", "\0", "あ"]
            ),
        ),
        max_size=5,
    ).map("".join)
)
@settings(max_examples=100, deadline=None)
@example("<" * 50 + "script>")
def test_attacks_that_are_cut_and_joined_stay_dead(text):
    html = safe_html(text)
    assert active_content(html) == []
    assert read(second_opinion(html)).seen == read(html).seen
