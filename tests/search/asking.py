"""What tests ask an index, in few words."""

from kb.search.index import Index, Query, Snippet, Synonyms
from tests.search.corpus import TERMS

OUTSIDER = Query("")


def found(index: Index, text: str, synonyms: Synonyms = TERMS, **asked: object) -> list[str]:
    return [hit.id for hit in index.search(Query(text, **asked), synonyms).hits]


def marked(snippet: Snippet) -> list[str]:
    return [text for text, is_match in snippet.runs if is_match]


def plain(snippet: Snippet) -> str:
    return "".join(text for text, _ in snippet.runs)
