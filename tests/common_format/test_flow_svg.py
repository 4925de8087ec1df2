"""The picture: nothing overlaps, lines go around nodes, the page's security policy holds, and everybody can read it."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.common_format.content import ManualContent
from kb.common_format.flow import Flow, flow
from kb.common_format.flow_layout import FONT, Frame, Layout, Point, layout
from kb.common_format.flow_lines import fit, width, wrap
from kb.common_format.flow_svg import swimlane_svg
from kb.common_format.step import END, Actor, ActorKind
from tests.common_format.build_manual import a_manual, a_step, manuals

SVG = "{http://www.w3.org/2000/svg}"
flows = manuals(max_steps=12).filter(lambda content: content.steps).map(flow)


def a_flow(**fields) -> Flow:
    return flow(
        a_manual(
            a_step("te-a", goes_to=("te-c", END), **fields),
            a_step("te-b", actor=Actor(kind=ActorKind.SYSTEM), outputs=("通知書",), goes_to=("te-a",)),
            a_step("te-c", phase="審査", internal=True),
        )
    )


def boxes_of(a: Point, b: Point) -> Frame:
    return Frame((a.x + b.x) / 2, (a.y + b.y) / 2, abs(a.x - b.x), abs(a.y - b.y))


def pieces(plan: Layout) -> list[list[Frame]]:
    return [[boxes_of(a, b) for a, b in pairwise(route.points)] for route in plan.routes]


@settings(max_examples=15, deadline=None)
@given(flows)
def test_no_two_nodes_overlap_and_each_stands_in_its_lane(found: Flow) -> None:
    plan = layout(found)
    assert [item.node for item in plan.placed] == list(found.nodes)
    assert not any(_overlap(a.frame, b.frame) for a, b in combinations(plan.placed, 2))
    for item in plan.placed:
        left, right = plan.columns[item.node.lane]
        assert left <= item.frame.x - item.frame.w / 2 < item.frame.x + item.frame.w / 2 <= right


@settings(max_examples=15, deadline=None)
@given(flows)
def test_lines_run_around_the_nodes_and_never_on_one_another(found: Flow) -> None:
    plan = layout(found)
    assert len(plan.routes) == len(found.edges)
    for route, lines in zip(plan.routes, pieces(plan), strict=True):
        assert all(line.w == 0 or line.h == 0 for line in lines)
        others = [i.frame for i in plan.placed if i.node.name not in (route.edge.source, route.edge.target)]
        assert not any(_overlap(line, frame) for line in lines for frame in others)
    for ours, theirs in combinations(pieces(plan), 2):
        assert not any(_on_one_another(a, b) for a in ours for b in theirs)


def _overlap(a: Frame, b: Frame) -> bool:
    """Whether two rectangles share more than a border."""
    return abs(a.x - b.x) * 2 < a.w + b.w and abs(a.y - b.y) * 2 < a.h + b.h


def _on_one_another(a: Frame, b: Frame) -> bool:
    upright = a.w == b.w == 0 and abs(a.x - b.x) < 0.5 and abs(a.y - b.y) * 2 < a.h + b.h
    level = a.h == b.h == 0 and abs(a.y - b.y) < 0.5 and abs(a.x - b.x) * 2 < a.w + b.w
    return upright or level


@settings(max_examples=15, deadline=None)
@given(flows)
def test_conditions_are_legible_inside_the_picture_and_beside_the_nodes(found: Flow) -> None:
    plan = layout(found)
    for route in plan.routes:
        assert bool(route.label) == bool(route.edge.label)
        if route.label_frame:
            label = route.label_frame
            assert label.x - label.w / 2 >= 0
            assert label.x + label.w / 2 <= plan.width
            assert not any(_overlap(label, item.frame) for item in plan.placed)


@settings(max_examples=15, deadline=None)
@given(flows)
def test_the_svg_is_well_formed_and_links_each_step_once(found: Flow) -> None:
    root = ET.fromstring(swimlane_svg(found))
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links == [f"#step-{node.name}" for node in found.steps]


@pytest.mark.parametrize("text", ['<script>alert("1")</script>', "a & b", "\"'><b>", "]]>", "&lt;"])
def test_every_text_is_escaped(text: str) -> None:
    found = a_flow(title=text, phase=text, actor=Actor(kind=ActorKind.COUNTER, name=text))
    root = ET.fromstring(swimlane_svg(found, title=text, id_prefix='"x"'))
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    assert titles[0] == text
    assert f"手順1 {text}({text}・判断)" in titles
    assert not {"script", "b"} & {element.tag.removeprefix(SVG) for element in root.iter()}


def test_nothing_that_the_security_policy_forbids() -> None:
    svg = swimlane_svg(a_flow())
    assert re.findall(r"""(?:style|href|src|\bon[a-z]+)=["'](?!#step-)""", svg) == []
    assert svg.count("http") == 1, "only the name space"
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "desc", "g", "a", "rect", "path", "circle", "text", "tspan"}


def test_names_for_assistive_technology() -> None:
    root = ET.fromstring(swimlane_svg(a_flow(), id_prefix="flow-7"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert ids == ["flow-7-title", "flow-7-desc"]
    assert root.get("aria-labelledby") == "flow-7-title flow-7-desc"
    assert root.get("role") == "group"


def test_without_links_the_whole_is_one_image() -> None:
    root = ET.fromstring(swimlane_svg(a_flow(), link_prefix=None))
    assert root.get("role") == "img"
    assert list(root.iter(f"{SVG}a")) == []


def test_a_manual_without_steps_has_no_picture() -> None:
    assert swimlane_svg(flow(a_manual(steps=()))) == ""


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_stands_out_from_every_ground_it_may_stand_on() -> None:
    root = ET.fromstring(swimlane_svg(a_flow()))
    texts = {element.get("fill", root.get("fill")) for element in root.iter(f"{SVG}text")}
    shapes = [element for tag in ("rect", "circle", "path") for element in root.iter(SVG + tag)]
    grounds = {e.get("fill") for e in shapes if not (e.get("class") or "").startswith(("flow-edge", "flow-head"))}
    for text in texts:
        dark = luminance(text) < 0.5
        for ground in grounds:
            if (luminance(ground) < 0.5) != dark:
                light, deep = sorted((luminance(text), luminance(ground)), reverse=True)
                assert (light + 0.05) / (deep + 0.05) >= 4.5, (text, ground)


def test_a_way_back_is_dashed_and_a_branch_has_its_class() -> None:
    svg = swimlane_svg(a_flow())
    assert svg.count('class="flow-edge flow-back"') == svg.count("stroke-dasharray") == 1
    assert svg.count('class="flow-edge flow-branch"') == 2


def test_a_picture_of_fifteen_steps_and_five_lanes_fits_a_sheet() -> None:
    kinds = list(ActorKind)[:5]
    steps = [
        a_step(f"te-{n}", title="申請書の内容を確認して記録する", actor=Actor(kind=kinds[n % 5])) for n in range(15)
    ]
    plan = layout(flow(a_manual(*steps)))
    assert plan.width <= 1_280
    assert min(190 / plan.width, 277 / plan.height) * FONT >= 2, "millimetres of a letter on A4"


# Lines


def test_lines_end_where_phrases_end_and_become_equally_long() -> None:
    assert fit("届書と本人確認書類を確認する", [[11], [11] * 2]) == ["届書と本人確認書類を", "確認する"]
    assert fit("相談を受け、制度の概要を説明する", [[12], [12] * 2]) == ["相談を受け、制度の", "概要を説明する"]


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    assert fit("長" * 40, [[10], [10] * 2, [10] * 3]) == ["長" * 10, "長" * 10, "長" * 9 + "…"]


def test_a_line_does_not_begin_with_a_closing_sign() -> None:
    assert wrap("一二三四五。六", [5, 5]) == (["一二三四", "五。六"], True)
    assert wrap("一二三四「五六", [5, 5]) == (["一二三四", "「五六"], True)


@settings(max_examples=80, deadline=None)
@given(st.text("届書と本人を確認する、。「」ー ab1(", max_size=60), st.lists(st.floats(2, 15), min_size=1, max_size=4))
def test_no_line_is_wider_than_it_may_be_and_nothing_is_lost(text: str, widths: list[float]) -> None:
    lines, whole = wrap(text, widths)
    assert all(width(line) <= limit for line, limit in zip(lines, widths, strict=False))
    told = "".join(lines).replace(" ", "")
    wanted = text.replace(" ", "")
    assert told == wanted if whole else wanted.startswith(told.removesuffix("…"))


def test_long_titles_of_any_script_make_a_picture() -> None:
    content: ManualContent = a_manual(a_step("te-a", title="𠮷" * 300), a_step("te-b", title="W" * 300))
    ET.fromstring(swimlane_svg(flow(content)))
