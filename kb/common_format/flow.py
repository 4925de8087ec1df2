"""The flow of a manual: who does what, and what comes next. Lanes, nodes and edges, without any geometry."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from kb.common_format.content import ManualContent
from kb.common_format.flow_graph import Edge, EdgeKind, edges
from kb.common_format.step import END, Actor, ActorKind, Step

START = "*start"
"""Name of the node before the first step; not a uid, so that no step can have it."""
WIDEST = 5
"""Lanes that are still legible on a screen of 1,280 pixels; with more actors, those of one kind share a lane."""
NO_ACTOR = "担当未定"
NO_TITLE = "(手順名なし)"
_HANDED_OUT = ("通知", "様式", "証明書", "許可証", "決定書")
_HANDING_OUT = ("交付", "通知", "発送")


class Shape(Enum):
    """What a node looks like."""

    BOX = "box"
    """Work."""
    DIAMOND = "diamond"
    """A decision: the work branches here, or somebody decides."""
    DOCUMENT = "document"
    """A form or notice comes out."""
    TERMINAL = "terminal"
    """Start and end."""


@dataclass(frozen=True)
class Lane:
    """A column: a kind of actor under the town's own word, or the kind alone with the words of all who share it.

    Steps without an actor share a lane without kind.
    """

    label: str
    kind: ActorKind | None
    names: tuple[str, ...] = ()
    """The town's words where several share the lane."""


@dataclass(frozen=True)
class Node:
    """A place in the flow. `name` is the step's uid, `START` or `END`; `number` is 0 for the terminals."""

    name: str
    row: int
    lane: int
    shape: Shape
    number: int
    title: str
    actor: str = ""
    """The town's own word for who does it."""
    phase: str = ""
    internal: bool = False


@dataclass(frozen=True)
class Flow:
    """Rows run from the start (0) through the steps (1…n) to the end (n + 1); each row holds exactly one node."""

    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    @property
    def steps(self) -> tuple[Node, ...]:
        """The nodes that are steps."""
        return self.nodes[1:-1]


def flow(content: ManualContent) -> Flow:
    """The flow of `content`; without steps it is empty. Parameters are shown as they stand: expand first."""
    steps = content.steps
    if not steps:
        return Flow((), (), ())
    found = edges(steps)
    lanes, columns = _lanes(steps)
    forms = {form.name for form in content.official_forms}
    nodes = [
        Node(
            step.uid,
            row,
            column,
            _shape(step, found, forms),
            row,
            step.title or NO_TITLE,
            step.actor.lane if step.actor else NO_ACTOR,
            step.phase,
            step.internal,
        )
        for row, (step, column) in enumerate(zip(steps, columns, strict=True), start=1)
    ]
    first = Node(START, 0, nodes[0].lane, Shape.TERMINAL, 0, "開始")
    last = Node(END, len(steps) + 1, nodes[-1].lane, Shape.TERMINAL, 0, "終了")
    begin = Edge(START, steps[0].uid, "", EdgeKind.NEXT)
    return Flow(lanes, (first, *nodes, last), (begin, *found))


def _lanes(steps: tuple[Step, ...]) -> tuple[tuple[Lane, ...], list[int]]:
    """The lanes in order of first appearance, and the lane of each step."""
    own = [_lane(step.actor) for step in steps]
    lanes = tuple(dict.fromkeys(own))
    if len(lanes) <= WIDEST:
        return lanes, [lanes.index(lane) for lane in own]
    words: dict[ActorKind | None, list[str]] = {}
    for lane in lanes:
        words.setdefault(lane.kind, []).append(lane.label)
    kinds = list(words)
    shared = (Lane(kind.value if kind else NO_ACTOR, kind, tuple(words[kind])) for kind in kinds)
    return tuple(shared), [kinds.index(lane.kind) for lane in own]


def _lane(actor: Actor | None) -> Lane:
    return Lane(actor.lane, actor.kind) if actor else Lane(NO_ACTOR, None)


def _shape(step: Step, found: Iterable[Edge], forms: set[str]) -> Shape:
    decides = step.decision_level or (step.actor and step.actor.kind is ActorKind.DECIDER)
    if decides or any(edge.source == step.uid and edge.kind is EdgeKind.CONDITION for edge in found):
        return Shape.DIAMOND
    papers = forms | {form.name for form in step.forms}
    gives_paper = any(output in papers or any(word in output for word in _HANDED_OUT) for output in step.outputs)
    return Shape.DOCUMENT if gives_paper or step.phase in _HANDING_OUT else Shape.BOX


def text_alternative(found: Flow) -> list[str]:
    """One Japanese sentence group per step: who does it, and where the work goes on. Says all that the diagram shows."""
    rows = {node.name: node.row for node in found.nodes}
    return [_sentence(found, node, rows) for node in found.steps]


def _sentence(found: Flow, node: Node, rows: dict[str, int]) -> str:
    lane = found.lanes[node.lane]
    kind = lane.kind.value if lane.kind else ""
    who = node.actor if kind in ("", node.actor) else f"{node.actor}({kind})"
    done = f"は{who}が行います。" if lane.kind else "の担当は決まっていません。"
    leaving = [edge for edge in found.edges if edge.source == node.name]
    ways = [*leaving[1:], *leaving[:1]]  # conditions first, then 「それ以外」
    told = [_way(edge, node.row, rows, last=edge is ways[-1]) for edge in ways]
    return f"手順{node.number}「{node.title}」{done}{'、'.join(told)}。"


def _way(edge: Edge, row: int, rows: dict[str, int], *, last: bool) -> str:
    when = f"「{edge.label}」は" if edge.kind is EdgeKind.CONDITION else f"{edge.label}は" if edge.label else ""
    goal = rows[edge.target]
    if edge.target == END:
        verb = "終わり"
    elif goal <= row:
        verb = f"手順{goal}へ戻り"
    else:
        verb = f"手順{goal}へ進み"
    return when + verb + ("ます" if last else "")
