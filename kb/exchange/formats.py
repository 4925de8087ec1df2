"""`FORMATS`: the forms of a manual file, each one entry. A new form is a module that writes and reads, and a row here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kb.common_format.envelope import Envelope, ManualFile
from kb.common_format.json_form import parse_json, write_json
from kb.common_format.text import parse, write


@dataclass(frozen=True)
class Format:
    """One form: `name` stands in addresses, `label` on pages; `write` and `parse` are inverse to each other.

    `parse(text, name)` raises `TextFormError` and nothing else; `name` stands in its problems.
    """

    name: str
    label: str
    media_type: str
    extension: str
    write: Callable[[ManualFile], str]
    parse: Callable[[str, str], ManualFile]

    def file_name(self, envelope: Envelope) -> str:
        """The name of a downloaded file: town, slug and edition, so that two downloads never look alike."""
        return f"{envelope.municipality}-{envelope.slug}@{envelope.edition}.{self.extension}"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        one.name: one
        for one in (
            Format("md", "テキスト(Markdown)", "text/markdown; charset=utf-8", "md", write, parse),
            Format("json", "JSON", "application/json", "json", write_json, parse_json),
        )
    }
)
"""Every form by its name, in the order in which pages offer them."""
