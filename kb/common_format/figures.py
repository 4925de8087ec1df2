"""Figures of a manual, derived and never typed. What is unknown is None and is said so, never counted as zero."""

from collections import Counter
from dataclasses import dataclass

from kb.common_format.content import ManualContent
from kb.common_format.step import ActorKind, Core, Medium, Step


@dataclass(frozen=True)
class Lane:
    """A kind of actor and the town's own words for it, each in order of first appearance."""

    kind: ActorKind
    names: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """What can be counted in a manual."""

    steps: int
    measured: int
    """Steps that state their minutes."""
    minutes: float | None
    """Working minutes for one case: the sum of minutes × rate over the measured steps."""
    yearly_hours: float | None
    """minutes × cases a year, in hours."""
    judged: int
    """Steps judged as 職員必須 or 職員以外可; 要判断 is not judged yet."""
    core_share: float | None
    """Share of 職員必須 among the judged steps, 0…1."""
    phases: tuple[str, ...]
    lanes: tuple[Lane, ...]
    media: tuple[tuple[Medium, int], ...]
    """Steps per medium, in the order of `Medium`, without those that no step uses."""


def figures(content: ManualContent) -> Figures:
    """The figures of `content`. For outsiders pass the redacted content."""
    steps = content.steps
    measured = [step.minutes * step.rate for step in steps if step.minutes is not None]
    minutes = round(sum(measured), 2) if measured else None
    total = content.annual_volume.total
    judged = [step for step in steps if step.core in (Core.OFFICIAL, Core.ANYONE)]
    media = Counter(step.medium for step in steps if step.medium)
    return Figures(
        steps=len(steps),
        measured=len(measured),
        minutes=minutes,
        yearly_hours=None if minutes is None or total is None else round(minutes * total / 60, 1),
        judged=len(judged),
        core_share=sum(step.core is Core.OFFICIAL for step in judged) / len(judged) if judged else None,
        phases=tuple(dict.fromkeys(step.phase for step in steps if step.phase)),
        lanes=_lanes(steps),
        media=tuple((medium, media[medium]) for medium in Medium if media[medium]),
    )


def _lanes(steps: tuple[Step, ...]) -> tuple[Lane, ...]:
    names: dict[ActorKind, dict[str, None]] = {}
    for step in steps:
        if step.actor is not None:
            named = names.setdefault(step.actor.kind, {})
            if step.actor.name:
                named[step.actor.name] = None
    return tuple(Lane(kind, tuple(found)) for kind, found in names.items())
