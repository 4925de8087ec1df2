"""Where the parts of a flow stand on paper. Each row holds one node, so a line may run along a row beside its own node
and up or down between the columns without touching another; lines between the same columns get tracks of their own.

Units are those of the SVG's viewBox.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kb.common_format.flow import Flow, Node, Shape
from kb.common_format.flow_graph import Edge
from kb.common_format.flow_lines import fit, width
from kb.common_format.flow_routes import Ride, ports, rides, tracks

FONT, SMALL, LINE = 15, 13, 17
BOX = (154, 62)
DOCUMENT = (154, 74)
DIAMOND = (174, 118)
TERMINAL = (92, 32)
PHASES, HEAD, GAP, MARGIN = 28, 50, 32, 4
GUTTER, TRACK = 28, 10
LABEL, OUTER_LABEL = 8.0, 5.5
"""Greatest width of a line of a condition, in em: over the next column, and at the border of the picture."""
_COLUMN = DIAMOND[0]
_SIZES = {Shape.BOX: BOX, Shape.DIAMOND: DIAMOND, Shape.DOCUMENT: DOCUMENT, Shape.TERMINAL: TERMINAL}


class Point(NamedTuple):
    """A place on the paper."""

    x: float
    y: float


@dataclass(frozen=True)
class Frame:
    """A rectangle: centre and size."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Placed:
    """A node with its frame and the lines of its title."""

    node: Node
    frame: Frame
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Route:
    """An edge as a line of horizontal and vertical pieces, with its label's lines and frame."""

    edge: Edge
    points: tuple[Point, ...]
    back: bool
    label: tuple[str, ...]
    label_frame: Frame | None


@dataclass(frozen=True)
class Layout:
    """The whole picture. `columns` are the lanes' left and right borders, `rows` the rows' upper and lower ones."""

    width: float
    height: float
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[float, float], ...]
    placed: tuple[Placed, ...]
    routes: tuple[Route, ...]


def layout(flow: Flow) -> Layout:
    """Places every node and routes every edge of `flow`."""
    nodes = {node.name: node for node in flow.nodes}
    found = rides(flow)
    on_track = tracks(found)
    gutters = _gutters(found, on_track, len(flow.lanes))
    starts = _gutter_starts(gutters)
    placed = _placed(flow, starts, gutters)
    frames = {item.node.name: item.frame for item in placed}
    next_rows = [edge for edge in flow.edges if nodes[edge.target].row == nodes[edge.source].row + 1]
    routes = [_straight(edge, frames[edge.source], frames[edge.target]) for edge in next_rows]
    at = ports(found)
    for ride in found:
        track, count = on_track[ride.edge]
        middle = starts[ride.gutter] + gutters[ride.gutter] / 2
        turn = middle + (track - count // 2 + 0.5) * TRACK  # never in the middle, where the lanes meet
        outer = ride.source.lane + ride.out_right in (0, len(flow.lanes))
        routes.append(_routed(ride, frames, at, turn, OUTER_LABEL if outer else LABEL))
    borders = [starts[0], *(start + gutter / 2 for start, gutter in zip(starts, gutters, strict=True))][:-1]
    borders = [borders[0], *borders[2:], starts[-1] + gutters[-1]]
    half = GAP / 2
    rows = tuple((item.frame.y - item.frame.h / 2 - half, item.frame.y + item.frame.h / 2 + half) for item in placed)
    return Layout(
        borders[-1] + MARGIN, rows[-1][1] + MARGIN, tuple(pairwise(borders)), rows, tuple(placed), tuple(routes)
    )


def _gutters(found: list[Ride], on_track: dict[Edge, tuple[int, int]], lanes: int) -> list[float]:
    """The widths of the gutters: left of each lane and right of the last; wider where lines or labels need it."""
    widths = [GUTTER / 2, *[float(GUTTER)] * (lanes - 1), GUTTER / 2]
    for ride in found:
        widths[ride.gutter] = max(widths[ride.gutter], 26.0 + TRACK * on_track[ride.edge][1])
        beside = ride.source.lane + ride.out_right
        if ride.edge.label and beside in (0, lanes):
            widths[beside] = max(widths[beside], OUTER_LABEL * SMALL + 12)
    return widths


def _gutter_starts(gutters: list[float]) -> list[float]:
    starts = [float(MARGIN + PHASES)]
    for gutter in gutters[:-1]:
        starts.append(starts[-1] + gutter + _COLUMN)
    return starts


def _placed(flow: Flow, starts: list[float], gutters: list[float]) -> list[Placed]:
    placed, y = [], float(MARGIN + HEAD)
    for node in flow.nodes:
        w, h = _SIZES[node.shape]
        y += GAP / 2
        x = starts[node.lane] + gutters[node.lane] + _COLUMN / 2
        placed.append(Placed(node, Frame(x, y + h / 2, w, h), tuple(_title(node))))
        y += h + GAP / 2
    return placed


def _title(node: Node) -> list[str]:
    if node.shape is not Shape.DIAMOND:
        return fit(node.title, [[(BOX[0] - 14) / FONT] * count for count in (1, 2, 3)])
    return fit(node.title, [[_diamond_width(n, count) for n in range(count)] for count in (1, 2, 3, 4)])


def _diamond_width(line: int, lines: int) -> float:
    """What fits into a diamond at a line, in em: the narrower edge of the line counts."""
    away = abs(line - (lines - 1) / 2) * LINE + FONT / 2
    return (DIAMOND[0] * (1 - away / (DIAMOND[1] / 2)) - 8) / FONT


def _side(node: Node, frame: Frame, right: bool, port: tuple[int, int]) -> Point:
    """The point on a node's outline at its left or right side for the n-th of so many lines there."""
    place, count = port
    reach = (TERMINAL if node.shape is Shape.TERMINAL else BOX)[1] - 16
    away = (place - (count - 1) / 2) * min(18.0, reach / max(1, count - 1))
    half = frame.w / 2
    if node.shape is Shape.DIAMOND:
        half *= 1 - abs(away) / (frame.h / 2)
    elif node.shape is Shape.TERMINAL:  # a pill: its ends are half circles
        radius = frame.h / 2
        half -= radius - (radius**2 - away**2) ** 0.5
    return Point(frame.x + half if right else frame.x - half, frame.y + away)


def _straight(edge: Edge, a: Frame, b: Frame) -> Route:
    """Down into the next row, with a step to the side in the gap between the rows."""
    top, bottom = a.y + a.h / 2, b.y - b.h / 2
    turn = top + (bottom - top) * 0.55
    under = top - 7  # begins under the node, which is drawn over it: a document's edge is wavy
    points = [Point(a.x, under), Point(a.x, turn), Point(b.x, turn), Point(b.x, bottom)]
    lines = fit(edge.label, [[LABEL * 1.4]]) if edge.label else []
    w = max(map(width, lines), default=0) * SMALL + 6
    left = b.x < a.x  # the label stands on the side to which the line does not turn
    frame = Frame(a.x + (w / 2 + 4 if left else -w / 2 - 4), top + 11, w, SMALL + 4) if lines else None
    return Route(edge, _without_doubles(points), False, tuple(lines), frame)


def _routed(
    ride: Ride, frames: dict[str, Frame], at: dict[tuple[Edge, bool], tuple[int, int]], turn: float, em: float
) -> Route:
    edge, back = ride.edge, ride.target.row <= ride.source.row
    start = _side(ride.source, frames[edge.source], ride.out_right, at[edge, True])
    end = _side(ride.target, frames[edge.target], ride.in_right, at[edge, False])
    points = _without_doubles([start, Point(turn, start.y), Point(turn, end.y), end])
    lines = fit(edge.label, [[em] * count for count in (1, 2, 3)]) if edge.label else []
    if not lines:
        return Route(edge, points, back, (), None)
    w, h = max(map(width, lines)) * SMALL + 6, len(lines) * (SMALL + 3) + 2
    beside = frames[edge.source].w / 2 + 3 + w / 2
    x = frames[edge.source].x + (beside if ride.out_right else -beside)
    place, ends = at[edge, True]
    below = back if ends == 1 else place > 0  # clear of the own line, and of what else is at this side
    frame = Frame(x, start.y + (h / 2 + 3 if below else -h / 2 - 3), w, h)
    return Route(edge, points, back, tuple(lines), frame)


def _without_doubles(points: list[Point]) -> tuple[Point, ...]:
    return tuple(point for n, point in enumerate(points) if n == 0 or point != points[n - 1])
