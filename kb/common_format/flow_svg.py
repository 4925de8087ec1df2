"""The swimlane diagram as SVG: columns are actors, rows are steps, a click leads to the step.

No script, no style and nothing from outside: only presentation attributes and class names `flow-…`, so that the page's
security policy holds. Lines and shapes differ by form as well as by colour, for black-and-white print.
"""

from html import escape

from kb.common_format.flow import Flow, Lane, Shape
from kb.common_format.flow_graph import EdgeKind
from kb.common_format.flow_layout import (
    FONT,
    HEAD,
    LINE,
    MARGIN,
    PHASES,
    SMALL,
    Frame,
    Layout,
    Placed,
    Point,
    Route,
    layout,
)
from kb.common_format.flow_lines import fit, width

FONTS = "BIZ UDPGothic, Yu Gothic UI, Meiryo, Noto Sans CJK JP, sans-serif"
INK, LINES, BRANCH = "#1a1a1c", "#333333", "#0b3d91"
_FILL = {Shape.BOX: "#ffffff", Shape.DIAMOND: "#fff6db", Shape.DOCUMENT: "#eaf3ff", Shape.TERMINAL: "#ececec"}
_MEANING = {Shape.BOX: "作業", Shape.DIAMOND: "判断", Shape.DOCUMENT: "書類", Shape.TERMINAL: "端"}
_BADGE = 11


def swimlane_svg(
    flow: Flow, *, link_prefix: str | None = "#step-", id_prefix: str = "flow", title: str = "業務の流れ"
) -> str:
    """The SVG element for `flow`, or an empty text when it has no steps.

    Each step links to `link_prefix` + uid; with None nothing links and the whole is one image. `id_prefix` keeps the
    ids apart when a page has several diagrams.
    """
    if not flow.nodes:
        return ""
    plan = layout(flow)
    role = "img" if link_prefix is None else "group"  # an image may hold nothing that takes the focus
    about = (
        f"{len(flow.lanes)}つの担当の列に{len(flow.steps)}の手順を上から順に並べた図。同じ内容を手順の一覧で読めます。"
    )
    names = escape(id_prefix, quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-diagram" role="{role}"'
        f' aria-labelledby="{names}-title {names}-desc" viewBox="0 0 {_n(plan.width)} {_n(plan.height)}"'
        f' width="{_n(plan.width)}" height="{_n(plan.height)}" font-family="{FONTS}" font-size="{FONT}" fill="{INK}">',
        f'<title id="{names}-title">{_t(title)}</title><desc id="{names}-desc">{_t(about)}</desc>',
        *_lanes(flow.lanes, plan),
        *_phases(flow, plan),
        *(_line(route) for route in plan.routes),
        *(_label(route) for route in plan.routes),
        *(_node(item, link_prefix) for item in plan.placed),
        "</svg>",
    ]
    return "".join(parts)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _t(text: str) -> str:
    return escape(text, quote=False)


def _lines(lines: tuple[str, ...] | list[str], x: float, y: float, size: int, leading: float, extra: str = "") -> str:
    """Centred lines of text around (x, y)."""
    first = y - (len(lines) - 1) * leading / 2 + size * 0.36  # from the middle of a line to its base line
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(first + n * leading)}">{_t(line)}</tspan>' for n, line in enumerate(lines)
    )
    return f'<text text-anchor="middle" font-size="{size}"{extra}>{spans}</text>'


def _rect(left: float, top: float, w: float, h: float, look: str) -> str:
    return f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(w)}" height="{_n(h)}" {look}/>'


def _lanes(lanes: tuple[Lane, ...], plan: Layout) -> list[str]:
    parts = []
    bottom = plan.height - MARGIN
    for index, (lane, (left, right)) in enumerate(zip(lanes, plan.columns, strict=True)):
        ground = "#ffffff" if index % 2 == 0 else "#f6f7f9"
        parts.append(
            _rect(left, MARGIN, right - left, bottom - MARGIN, f'class="flow-lane" fill="{ground}" stroke="#8c8c8c"')
        )
        parts.append(_rect(left, MARGIN, right - left, HEAD, 'class="flow-lane-head" fill="#e3e8f0" stroke="#8c8c8c"'))
        parts.append(_lane_name(lane, (left + right) / 2, right - left - 12))
    return parts


def _lane_name(lane: Lane, middle: float, room: float) -> str:
    """The lane's word, and under it the kind, or the words of all who share the lane."""
    others = [name for name in lane.names if name != lane.label]
    kind = lane.kind.value if lane.kind and lane.kind.value != lane.label else ""
    under = "、".join(others) or (f"({kind})" if kind else "")
    y = MARGIN + HEAD / 2
    if not under:
        words = fit(lane.label, [[room / FONT], [room / FONT] * 2])
        return _lines(words, middle, y, FONT, LINE, ' font-weight="bold"')
    head = _lines(fit(lane.label, [[room / FONT]]), middle, y - 8, FONT, LINE, ' font-weight="bold"')
    whole = f"<title>{_t(lane.label)} {_t(under)}</title>"
    return f"<g>{whole}{head}{_lines(fit(under, [[room / SMALL]]), middle, y + 10, SMALL, LINE)}</g>"


def _phases(flow: Flow, plan: Layout) -> list[str]:
    """The band at the left: one field for each run of rows with the same phase, its name from top to bottom."""
    runs: list[tuple[str, float, float]] = []
    for node, (top, bottom) in zip(flow.nodes, plan.rows, strict=True):
        if runs and runs[-1][0] == node.phase and node.phase:
            runs[-1] = (node.phase, runs[-1][1], bottom)
        else:
            runs.append((node.phase, top, bottom))
    return [_phase(phase, top, bottom) for phase, top, bottom in runs if phase]


def _phase(phase: str, top: float, bottom: float) -> str:
    x, room = MARGIN + PHASES / 2, int((bottom - top - 8) / (FONT + 2))
    signs = list(phase) if len(phase) <= room else [*phase[: room - 1], "…"]
    upright = ["︙" if sign == "…" else "|" if sign == "ー" else sign for sign in signs]
    field = _rect(MARGIN, top + 2, PHASES - 4, bottom - top - 4, 'class="flow-phase" rx="4" fill="#2f3b52"')
    words = _lines(upright, x - 2, (top + bottom) / 2, FONT, FONT + 2, ' fill="#ffffff" font-weight="bold"')
    return f"<g><title>{_t('工程: ' + phase)}</title>{field}{words}</g>"


def _line(route: Route) -> str:
    branch = route.edge.kind is not EdgeKind.NEXT
    colour = BRANCH if branch else LINES
    dashes = ' stroke-dasharray="6 4"' if route.back else ""
    path = "M" + "L".join(f"{_n(point.x)} {_n(point.y)}" for point in route.points)
    kind = "flow-back" if route.back else "flow-branch" if branch else "flow-next"
    line = f'<path class="flow-edge {kind}" d="{path}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"{dashes}/>'
    return line + f'<path class="flow-head" d="{_head(*route.points[-2:])}" fill="{colour}"/>'


def _head(before: Point, tip: Point) -> str:
    """A triangle of length 9 whose tip is at the end of the line."""
    dx, dy = (tip.x > before.x) - (tip.x < before.x), (tip.y > before.y) - (tip.y < before.y)
    back = Point(tip.x - 9 * dx, tip.y - 9 * dy)
    corners = (tip, Point(back.x + 4.5 * dy, back.y + 4.5 * dx), Point(back.x - 4.5 * dy, back.y - 4.5 * dx))
    return "M" + "L".join(f"{_n(corner.x)} {_n(corner.y)}" for corner in corners) + "Z"


def _label(route: Route) -> str:
    frame = route.label_frame
    if frame is None:
        return ""
    ground = _rect(frame.x - frame.w / 2, frame.y - frame.h / 2, frame.w, frame.h, 'rx="2" fill="#ffffff"')
    whole = f"<title>{_t(route.edge.label)}</title>"
    colour = BRANCH if route.edge.kind is not EdgeKind.NEXT else INK
    words = _lines(route.label, frame.x, frame.y, SMALL, SMALL + 3, f' fill="{colour}"')
    return f'<g class="flow-label">{whole}{ground}{words}</g>'


def _node(item: Placed, link_prefix: str | None) -> str:
    node, frame = item.node, item.frame
    look = f'fill="{_FILL[node.shape]}" stroke="{INK}" stroke-width="1.5"'
    shape = f'<path d="{_outline(node.shape, frame)}" {look}/>'
    if node.shape is Shape.TERMINAL:
        return f'<g class="flow-terminal">{shape}{_lines(item.lines, frame.x, frame.y, FONT, LINE)}</g>'
    lift = 5 if node.shape is Shape.DOCUMENT else 0  # a document is wavy below
    words = _lines(item.lines, frame.x, frame.y - lift, FONT, LINE)
    told = (
        f"手順{node.number} {node.title}({node.actor}・{_MEANING[node.shape]}{'・庁内限り' if node.internal else ''})"
    )
    inside = f"<title>{_t(told)}</title>{shape}{words}{_badge(item)}{_internal(item)}"
    classes = f"flow-node flow-{node.shape.value}"
    if link_prefix is None:
        return f'<g class="{classes}">{inside}</g>'
    return f'<a class="{classes}" href="{escape(link_prefix + node.name, quote=True)}">{inside}</a>'


def _badge(item: Placed) -> str:
    x, y = _corner(item, -1)
    circle = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_BADGE}" fill="{INK}"/>'
    return circle + _lines([str(item.node.number)], x, y, 12, LINE, ' fill="#ffffff" font-weight="bold"')


def _internal(item: Placed) -> str:
    if not item.node.internal:
        return ""
    word = "庁内限り"
    w = width(word) * 10 + 8
    x, y = _corner(item, 1)
    x += w / 2 - 8 if item.node.shape is Shape.DIAMOND else -w / 2
    return _rect(x - w / 2, y - 8, w, 16, 'rx="3" fill="#8a1c1c"') + _lines([word], x, y, 10, LINE, ' fill="#ffffff"')


def _corner(item: Placed, side: int) -> Point:
    """The upper left (-1) or right (1) corner; beside a diamond, just outside the middle of that edge."""
    frame = item.frame
    if item.node.shape is Shape.DIAMOND:
        return Point(frame.x + side * (frame.w / 4 + 7), frame.y - frame.h / 4 - 10)
    return Point(frame.x + side * frame.w / 2, frame.y - frame.h / 2)


def _outline(shape: Shape, frame: Frame) -> str:
    left, right = frame.x - frame.w / 2, frame.x + frame.w / 2
    top, bottom = frame.y - frame.h / 2, frame.y + frame.h / 2
    if shape is Shape.DIAMOND:
        return (
            f"M{_n(frame.x)} {_n(top)}L{_n(right)} {_n(frame.y)}L{_n(frame.x)} {_n(bottom)}L{_n(left)} {_n(frame.y)}Z"
        )
    if shape is Shape.DOCUMENT:
        low = bottom - 6
        wave = f"Q{_n(right - frame.w / 4)} {_n(low - 10)} {_n(frame.x)} {_n(low)}T{_n(left)} {_n(low)}"
        return f"M{_n(left)} {_n(top)}H{_n(right)}V{_n(low)}{wave}Z"
    radius = frame.h / 2 if shape is Shape.TERMINAL else 4
    arc = f"A{_n(radius)} {_n(radius)} 0 0 1 "
    return (
        f"M{_n(left + radius)} {_n(top)}H{_n(right - radius)}{arc}{_n(right)} {_n(top + radius)}"
        f"V{_n(bottom - radius)}{arc}{_n(right - radius)} {_n(bottom)}H{_n(left + radius)}"
        f"{arc}{_n(left)} {_n(bottom - radius)}V{_n(top + radius)}{arc}{_n(left + radius)} {_n(top)}Z"
    )
