"""Plain factories and small strategies for manuals, for the tests about functions on contents."""

from typing import Any

from hypothesis import strategies as st

from kb.common_format.content import ExceptionCase, Faq, ManualContent
from kb.common_format.header import LegalBasis, Parameter, Purpose
from kb.common_format.step import END, Actor, ActorKind, Branch, Core, Medium, Risk, Step


def a_step(uid: str, goes_to: tuple[str, ...] = (), **fields: Any) -> Step:
    """A step with what publishing needs; `goes_to` are the goals of its branches, each under a condition."""
    given = {
        "title": f"{uid}を確認する",
        "actor": Actor(kind=ActorKind.COUNTER),
        "action": "届書を見る。",
        "branches": tuple(
            Branch(uid=f"br-{uid}-{n}", condition=f"条件{n}のとき", goto=goto) for n, goto in enumerate(goes_to)
        ),
    }
    return Step(uid=uid, **{**given, **fields})


def a_manual(*steps: Step, **fields: Any) -> ManualContent:
    """A manual that can be published."""
    given = {
        "title": "転入届の受付",
        "procedure": "tennyu-todoke",
        "work_areas": ("B01",),
        "department": "市民課",
        "purpose": Purpose(what="住所の異動を住民票に記録する"),
        "legal_bases": (LegalBasis(uid="hou-juki", name="住民基本台帳法", article="第22条"),),
        "steps": steps or (a_step("te-uketsuke"), a_step("te-shinsa")),
    }
    return ManualContent(**{**given, **fields})


@st.composite
def manuals(draw: st.DrawFn, max_steps: int = 7, secret: str = "庁内秘") -> ManualContent:
    """Manuals with branches in every direction; each internal part carries the text `secret` in all its texts."""
    uids = [f"te-{n}" for n in range(draw(st.integers(0, max_steps)))]
    parameters = ("窓口名", "係", "棟")
    steps = tuple(_a_drawn_step(draw, uid, uids, parameters, secret) for uid in uids)
    hidden = draw(st.lists(st.booleans(), max_size=3))
    faq = tuple(
        Faq(uid=f"fa-{n}", q=(secret if inside else "問") + "?", a=secret if inside else "答", internal=inside)
        for n, inside in enumerate(hidden)
    )
    exceptions = tuple(
        ExceptionCase(uid=f"re-{n}", title=secret if inside else "場合", internal=inside)
        for n, inside in enumerate(hidden)
    )
    return a_manual(
        handover_note=draw(st.sampled_from(["", secret])),
        parameters=tuple(Parameter(key=key, default=f"{key}の既定") for key in parameters),
        faq=faq,
        exceptions=exceptions,
    ).model_copy(update={"steps": steps})


_ACTOR_KINDS = st.none() | st.sampled_from(list(ActorKind)[:5])
_FACTS = st.tuples(
    st.booleans(),
    st.none() | st.floats(0, 500),
    st.floats(0, 1),
    st.none() | st.sampled_from(Medium),
    st.none() | st.sampled_from(Core),
)


def _a_drawn_step(draw: st.DrawFn, uid: str, uids: list[str], parameters: tuple[str, ...], secret: str) -> Step:
    internal, minutes, rate, medium, core = draw(_FACTS)
    kind = draw(_ACTOR_KINDS)
    word = (secret if internal else "公開") + f"{{{{{parameters[len(uids) % 2 + internal]}}}}}"
    ways = draw(st.lists(st.tuples(st.integers(0, len(uids)), st.booleans()), max_size=2))
    return Step(
        uid=uid,
        title=word,
        actor=Actor(kind=kind, name=word) if kind else None,
        branches=tuple(
            Branch(uid=f"br-{uid}-{n}", condition=word if conditional else "", goto=[*uids, END][goal])
            for n, (goal, conditional) in enumerate(ways)
        ),
        minutes=minutes,
        rate=rate,
        medium=medium,
        core=core,
        cautions=(word,),
        risks=(Risk(uid=f"ri-{uid}", risk=word),),
        internal=internal,
        action=word,
    )
