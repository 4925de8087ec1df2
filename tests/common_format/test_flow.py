"""Who does what and what comes next: lanes, shapes, ways, and the same in words."""

import pytest
from hypothesis import given, settings

from kb.common_format.content import ManualContent
from kb.common_format.flow import START, Lane, Shape, flow, text_alternative
from kb.common_format.flow_graph import Edge, EdgeKind, edges, reachable
from kb.common_format.header import Form
from kb.common_format.step import END, Actor, ActorKind, Branch, Step
from tests.common_format.build_manual import a_manual, a_step, manuals


def ways(*steps: Step) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.target, edge.label) for edge in edges(steps)]


def always(goto: str) -> tuple[Branch, ...]:
    return (Branch(uid="br-always", goto=goto),)


def shape_of(**fields) -> Shape:
    return flow(a_manual(a_step("te-a", **fields), official_forms=(Form(uid="fo-a", name="受付票"),))).nodes[1].shape


@settings(max_examples=20, deadline=None)
@given(manuals())
def test_every_step_is_exactly_one_node_and_every_way_ends_at_nodes(content: ManualContent) -> None:
    found = flow(content)
    assert [node.name for node in found.steps] == [step.uid for step in content.steps]
    names = [node.name for node in found.nodes]
    assert len(set(names)) == len(names)
    assert [node.row for node in found.nodes] == list(range(len(names)))
    assert all(edge.source in names and edge.target in names for edge in found.edges)
    assert all(0 <= node.lane < len(found.lanes) for node in found.nodes)


@settings(max_examples=20, deadline=None)
@given(manuals())
def test_every_step_goes_on_and_every_branch_is_a_way(content: ManualContent) -> None:
    found = {(edge.source, edge.target) for edge in edges(content.steps)}
    conditional = {(s.uid, b.goto) for s in content.steps for b in s.branches if b.condition}
    assert conditional <= found
    assert {source for source, _ in found} == {step.uid for step in content.steps}
    assert len(found) == len(edges(content.steps))


def test_steps_follow_one_another_and_the_last_goes_to_the_end() -> None:
    assert ways(a_step("te-a"), a_step("te-b")) == [("te-a", "te-b", ""), ("te-b", END, "")]


def test_an_unconditional_branch_replaces_the_way_to_the_next_step() -> None:
    assert ways(a_step("te-a", branches=always("te-c")), a_step("te-b"), a_step("te-c"))[0] == ("te-a", "te-c", "")
    assert edges((a_step("te-a", branches=always(END)), a_step("te-b")))[0].kind is EdgeKind.ALWAYS


def test_beside_conditions_the_usual_way_is_everything_else() -> None:
    assert ways(a_step("te-a", goes_to=(END,)), a_step("te-b"))[:2] == [
        ("te-a", "te-b", "それ以外"),
        ("te-a", END, "条件0のとき"),
    ]


def test_conditions_to_one_place_share_a_way_and_one_to_the_next_step_decides_nothing() -> None:
    steps = a_step("te-a", goes_to=(END, END, "te-b")), a_step("te-b")
    assert ways(*steps)[:2] == [("te-a", "te-b", "それ以外"), ("te-a", END, "条件0のとき、または条件1のとき")]
    assert ways(a_step("te-a", goes_to=("te-b",)), a_step("te-b"))[0] == ("te-a", "te-b", "")


def test_reachable_follows_ways_in_their_direction() -> None:
    found = [Edge("a", "b", "", EdgeKind.NEXT), Edge("b", "a", "", EdgeKind.NEXT), Edge("c", "a", "", EdgeKind.NEXT)]
    assert reachable(found, "a") == {"a", "b"}


def test_lanes_in_order_of_appearance_with_one_for_steps_without_actor() -> None:
    window = Actor(kind=ActorKind.COUNTER, name="3番窓口")
    content = a_manual(
        a_step("te-a", actor=window), a_step("te-b", actor=None), a_step("te-c", actor=window), a_step("te-d")
    )
    found = flow(content)
    assert found.lanes == (Lane("3番窓口", ActorKind.COUNTER), Lane("担当未定", None), Lane("窓口", ActorKind.COUNTER))
    assert [node.lane for node in found.nodes] == [0, 0, 1, 0, 2, 2]


def test_with_many_actors_those_of_one_kind_share_a_lane() -> None:
    names = [f"{n}番窓口" for n in range(5)]
    steps = [a_step(f"te-{n}", actor=Actor(kind=ActorKind.COUNTER, name=name)) for n, name in enumerate(names)]
    assert len(flow(a_manual(*steps)).lanes) == 5
    found = flow(a_manual(*steps, a_step("te-z", actor=Actor(kind=ActorKind.SYSTEM))))
    assert found.lanes == (
        Lane("窓口", ActorKind.COUNTER, tuple(names)),
        Lane("システム", ActorKind.SYSTEM, ("システム",)),
    )
    assert [node.lane for node in found.steps] == [0] * 5 + [1]
    assert text_alternative(found)[0].startswith("手順1「te-0を確認する」は0番窓口(窓口)が行います。")


@pytest.mark.parametrize(
    ("fields", "shape"),
    [
        ({}, Shape.BOX),
        ({"goes_to": (END,)}, Shape.BOX),  # alone, its condition leads where the work goes anyway
        ({"decision_level": "課長専決"}, Shape.DIAMOND),
        ({"actor": Actor(kind=ActorKind.DECIDER)}, Shape.DIAMOND),
        ({"outputs": ("支給決定通知書",)}, Shape.DOCUMENT),
        ({"outputs": ("受付票",)}, Shape.DOCUMENT),
        ({"outputs": ("引換証",), "forms": (Form(uid="fo-b", name="引換証"),)}, Shape.DOCUMENT),
        ({"phase": "交付"}, Shape.DOCUMENT),
        ({"outputs": ("住民記録の更新",)}, Shape.BOX),
        ({"outputs": ("支給決定通知書",), "decision_level": "課長専決"}, Shape.DIAMOND),
    ],
)
def test_shapes(fields, shape: Shape) -> None:
    assert shape_of(**fields) is shape


def test_a_step_that_branches_is_a_diamond() -> None:
    found = flow(a_manual(a_step("te-a", goes_to=(END,)), a_step("te-b")))
    assert [node.shape for node in found.nodes] == [Shape.TERMINAL, Shape.DIAMOND, Shape.BOX, Shape.TERMINAL]
    assert found.nodes[0].name == START


def test_without_steps_there_is_no_flow() -> None:
    found = flow(a_manual(steps=()))
    assert (found.lanes, found.nodes, found.edges, text_alternative(found)) == ((), (), (), [])


def test_the_flow_in_words() -> None:
    window = Actor(kind=ActorKind.COUNTER, name="3番窓口")
    content = a_manual(
        a_step("te-a", title="受け取る", actor=window, goes_to=("te-c", END)),
        a_step("te-b", title="調べる", actor=None, goes_to=("te-a",)),
        a_step("te-c", title="", branches=always("te-b")),
    )
    assert text_alternative(flow(content)) == [
        "手順1「受け取る」は3番窓口(窓口)が行います。「条件0のとき」は手順3へ進み、「条件1のとき」は終わり、それ以外は手順2へ進みます。",
        "手順2「調べる」の担当は決まっていません。「条件0のとき」は手順1へ戻り、それ以外は手順3へ進みます。",
        "手順3「(手順名なし)」は窓口が行います。手順2へ戻ります。",
    ]
