"""What deserves a look before publishing. One function per rule; `RULES` is the list."""

from collections.abc import Iterator

from kb.common_format.checks_finding import Remark, Rule, Setting
from kb.common_format.content import ManualContent
from kb.common_format.flow_graph import Edge, EdgeKind, edges, reachable
from kb.common_format.header import Frequency
from kb.common_format.parameters import used_keys
from kb.common_format.step import END, Step
from kb.common_format.walk import BETWEEN, TextKind, texts

LONG_TITLE = 40
"""Characters; a longer title does not fit into the boxes of the flow diagram."""


def _at(content: ManualContent, step: Step, name: str, label: str, message: str) -> Remark:
    return Remark(("steps", step.uid, name), f"手順{content.steps.index(step) + 1}{BETWEEN}{label}", message)


def reachable_steps(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """No way leads from the first step to a step."""
    if not content.steps:
        return
    seen = reachable(edges(content.steps), content.steps[0].uid)
    for step in content.steps:
        if step.uid not in seen:
            message = "この手順へ進む道がありません。前の手順の分岐を見直すか、この手順を消してください。"
            yield _at(content, step, "title", "手順名", message)


def way_to_the_end(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """An unconditional branch closes a loop from which no way leads to the end."""
    backwards = [Edge(edge.target, edge.source, edge.label, edge.kind) for edge in edges(content.steps)]
    ending = reachable(backwards, END)
    for step in content.steps:
        if step.uid not in ending and any(not branch.condition for branch in step.branches):
            message = "ここから戻り続けて終わりません。繰り返しを抜ける条件を分岐に書いてください。"
            yield _at(content, step, "branches", "分岐", message)


def rate_after_a_condition(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """Only conditions lead to a step, and yet all cases are said to pass there."""
    found = edges(content.steps)
    for step in content.steps[1:]:
        kinds = {edge.kind for edge in found if edge.target == step.uid}
        if kinds == {EdgeKind.CONDITION} and step.rate == 1:
            message = "条件に当てはまるときだけ通る手順です。「通る割合」に1より小さい数を書いてください。"
            yield _at(content, step, "rate", "通る割合", message)


def one_way_on(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """Several branches of a step have no condition: only one can hold."""
    for step in content.steps:
        if sum(not branch.condition for branch in step.branches) > 1:
            yield _at(content, step, "branches", "分岐", "条件のない分岐が2つ以上あります。条件を書いてください。")


def branch_to_itself(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A branch leads to its own step."""
    for step in content.steps:
        if any(branch.goto == step.uid for branch in step.branches):
            yield _at(content, step, "branches", "分岐", "分岐の行き先がこの手順自身です。行き先を確かめてください。")


def minutes_missing(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A step has no minutes, so that the time for one case is not known as a whole."""
    for step in content.steps:
        if step.minutes is None:
            message = "標準時間が書かれていません。おおよそでよいので1件あたりの分数を書いてください。"
            yield _at(content, step, "minutes", "標準時間(分)", message)


def long_step_title(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A step's title is too long for the flow diagram."""
    for step in content.steps:
        if len(step.title) > LONG_TITLE:
            message = f"手順名が{LONG_TITLE}文字を超えています(いま{len(step.title)}文字)。短くして、詳しくは「行うこと」に書いてください。"
            yield _at(content, step, "title", "手順名", message)


def peak_without_volume(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A peak season is named without the cases in a peak month."""
    if content.peak and content.annual_volume.peak is None:
        message = "繁忙期が書かれています。繁忙期の月間件数も書いてください。"
        yield Remark(("annual_volume", "peak"), f"件数{BETWEEN}繁忙期の月間件数", message)


def months_of_any_time(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """Months are chosen for work that comes at any time."""
    if content.months and content.frequency in (Frequency.ANY_TIME, Frequency.DAILY):
        message = f"頻度が「{content.frequency.value}」なのに、行う月が選ばれています。どちらかを直してください。"
        yield Remark(("months",), "行う月", message)


def plain_http_link(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A link is not encrypted."""
    for text in texts(content):
        if (text.kind is TextKind.URL and text.text.startswith("http://")) or "](http://" in text.text:
            yield Remark(
                text.path, text.label, "リンクが「http://」です。「https://」で開けるか確かめて直してください。"
            )


def unused_parameter(content: ManualContent, _setting: Setting) -> Iterator[Remark]:
    """A parameter is declared and no text refers to it."""
    used = used_keys(content)
    for parameter in content.parameters:
        if parameter.key not in used:
            message = f"「{{{{{parameter.key}}}}}」はどこにも使われていません。使うか、消してください。"
            yield Remark(("parameters", parameter.key), f"自団体の言葉{BETWEEN}{parameter.key}", message)


def parameter_without_value(content: ManualContent, setting: Setting) -> Iterator[Remark]:
    """A parameter is used and has neither a value of the town nor a default: readers would see its braces."""
    used = used_keys(content)
    for parameter in content.parameters:
        if parameter.key in used and not (parameter.default or setting.values.get(parameter.key, "").strip()):
            message = f"「{{{{{parameter.key}}}}}」の値がありません。自団体の値か標準の値を書いてください。"
            yield Remark(("parameters", parameter.key, "default"), f"自団体の言葉{BETWEEN}{parameter.key}", message)


RULES: tuple[Rule, ...] = (
    reachable_steps,
    way_to_the_end,
    rate_after_a_condition,
    one_way_on,
    branch_to_itself,
    minutes_missing,
    long_step_title,
    peak_without_volume,
    months_of_any_time,
    plain_http_link,
    unused_parameter,
    parameter_without_value,
)
