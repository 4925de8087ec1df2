"""Which way the lines of a flow run that do not simply go down one row: out at a side of the source, along a gutter
between two columns, in at a side of the target. Chosen one after the other, each as cheap as the earlier ones allow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kb.common_format.flow import Flow, Node
from kb.common_format.flow_graph import Edge

# What a way costs. A column crossed is the unit; the rest weighs clarity against length.
_OUTER_GUTTER, _OUTER_LABEL = 1.0, 1.0
_TWO_LABELS, _LABEL_AND_LINE, _TWO_LINES = 8.0, 3.0, 0.5
_LINE_THROUGH_LABEL, _NEIGHBOUR = 2.5, 0.4


class Ride(NamedTuple):
    """The way of an edge. Gutter n is left of lane n; the last one is right of the last lane."""

    edge: Edge
    source: Node
    target: Node
    gutter: int
    out_right: bool
    in_right: bool

    @property
    def rows(self) -> tuple[int, int]:
        """The first and last row that the way passes."""
        low, high = sorted((self.source.row, self.target.row))
        return low, high


def rides(flow: Flow) -> list[Ride]:
    """The ways of all edges of `flow` that lead elsewhere than into the next row; short and labelled ones choose first."""
    nodes = {node.name: node for node in flow.nodes}
    pairs = [(edge, nodes[edge.source], nodes[edge.target]) for edge in flow.edges]
    far = [(edge, a, b) for edge, a, b in pairs if b.row != a.row + 1]
    chosen: list[Ride] = []
    for edge, a, b in sorted(far, key=lambda item: (not item[0].label, abs(item[1].row - item[2].row), item[1].row)):
        chosen.append(
            min(_possible(edge, a, b, len(flow.lanes)), key=lambda ride: _cost(ride, chosen, len(flow.lanes)))
        )
    return chosen


def _possible(edge: Edge, source: Node, target: Node, lanes: int) -> Iterator[Ride]:
    for gutter in range(lanes + 1):
        yield Ride(edge, source, target, gutter, out_right=gutter > source.lane, in_right=gutter > target.lane)


def _cost(ride: Ride, chosen: Iterable[Ride], lanes: int) -> float:
    cost = _columns(ride.gutter, ride.source.lane) + _columns(ride.gutter, ride.target.lane)
    if ride.gutter in (0, lanes):
        cost += _OUTER_GUTTER
    if ride.edge.label and (0 if not ride.out_right else lanes - 1) == ride.source.lane:
        cost += _OUTER_LABEL
    return cost + sum(_side_by_side(ride, other) + _crossing(ride, other) for other in chosen)


def _columns(gutter: int, lane: int) -> float:
    """How many columns a line crosses from a node's side to a gutter."""
    return float(gutter - lane - 1 if gutter > lane else lane - gutter)


def _side_by_side(ride: Ride, other: Ride) -> float:
    """What it costs that two ways share a side of a node, most when conditions stand at both."""
    mine = [(ride.source.name, ride.out_right, bool(ride.edge.label)), (ride.target.name, ride.in_right, False)]
    theirs = [(other.source.name, other.out_right, bool(other.edge.label)), (other.target.name, other.in_right, False)]
    weights = {0: _TWO_LINES, 1: _LABEL_AND_LINE, 2: _TWO_LABELS}
    return sum(weights[a[2] + b[2]] for a in mine for b in theirs if a[:2] == b[:2])


def _crossing(ride: Ride, other: Ride) -> float:
    """What it costs that one way runs along the other or through the place of its condition."""
    along = ride.gutter == other.gutter and ride.rows[0] <= other.rows[1] and other.rows[0] <= ride.rows[1]
    through = _runs_through_label(ride, other) + _runs_through_label(other, ride)
    return _NEIGHBOUR * along + _LINE_THROUGH_LABEL * through


def _runs_through_label(ride: Ride, other: Ride) -> bool:
    beside = other.source.lane + other.out_right
    return bool(other.edge.label) and ride.gutter == beside and ride.rows[0] <= other.source.row <= ride.rows[1]


def tracks(found: Iterable[Ride]) -> dict[Edge, tuple[int, int]]:
    """For each ride its track, counted from the left, and how many tracks its gutter has.

    No two rides on one track share a row. Short rides are nearest to the nodes that most of the gutter's rides leave.
    """
    gutters: dict[int, list[Ride]] = defaultdict(list)
    for ride in sorted(found, key=lambda ride: ride.rows[1] - ride.rows[0]):
        gutters[ride.gutter].append(ride)
    placed: dict[Edge, tuple[int, int]] = {}
    for inside in gutters.values():
        taken = _shared_out(inside)
        count = max(taken.values()) + 1
        mirrored = sum(ride.out_right for ride in inside) * 2 < len(inside)
        placed |= {edge: (count - 1 - track if mirrored else track, count) for edge, track in taken.items()}
    return placed


def _shared_out(inside: list[Ride]) -> dict[Edge, int]:
    taken: list[list[tuple[int, int]]] = []
    found: dict[Edge, int] = {}
    for ride in inside:
        low, high = ride.rows
        free = (n for n, spans in enumerate(taken) if all(high < start or end < low for start, end in spans))
        track = next(free, len(taken))
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        found[ride.edge] = track
    return found


def ports(found: Iterable[Ride]) -> dict[tuple[Edge, bool], tuple[int, int]]:
    """For each ride's way out (True) and way in (False): its place at that side of the node, and how many are there.

    From top to bottom: lines from or to the rows above, the nearest first, then those below, the farthest first; with
    short lines on the inner tracks, lines at one side do not cross.
    """
    sides: dict[tuple[str, bool], list[tuple[bool, int, bool, Edge]]] = defaultdict(list)
    for ride in found:
        a, b = ride.source.row, ride.target.row
        sides[ride.source.name, ride.out_right].append((b > a, -b, True, ride.edge))
        sides[ride.target.name, ride.in_right].append((a >= b, -a, False, ride.edge))
    return {
        (edge, out): (index, len(ends))
        for ends in sides.values()
        for index, (*_, out, edge) in enumerate(sorted(ends, key=lambda end: end[:3]))
    }
