"""The same documents and questions in tantivy, where somebody has installed it: a yardstick that is compiled to machine code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kb.search.index import Synonyms
from kb.search.plan import plan
from kb.search.record import record
from kb.search.scoring import FIELD_WEIGHTS
from tests.bench.made_up import DISTINCT, documents, kept

try:
    import tantivy
except ImportError:
    tantivy = None

HITS = 20


def beside(size: int, folder: Path) -> Callable[[str], object] | None:
    """A way to ask for a page of results; None without the package. The index is kept beside `folder`."""
    if tantivy is None:
        return None
    index = _index(folder.with_name(folder.name + "-tantivy"), size, folder)
    index.reload()
    searcher = index.searcher()
    counts = {name: {"terms": {"field": name, "size": 100}} for name in ("town", "area")}

    def ask(text: str) -> object:
        query = _query(index.schema, text)
        found = searcher.search(query, HITS)
        counted = searcher.aggregate(query, counts)
        generator = tantivy.SnippetGenerator.create(searcher, query, index.schema, "body")
        snippets = [generator.snippet_from_doc(searcher.doc(address)).to_html() for _, address in found.hits]
        return found.count, counted, snippets

    return ask


def _index(folder: Path, size: int, ours: Path) -> Any:
    builder = tantivy.SchemaBuilder()
    for name in FIELD_WEIGHTS:
        builder.add_text_field(name, stored=name == "body", tokenizer_name="whitespace", index_option="freq")
    for name in ("town", "area"):
        builder.add_text_field(name, fast=True, tokenizer_name="raw")
    there = folder.exists()
    folder.mkdir(exist_ok=True)
    index = tantivy.Index(builder.build(), str(folder))
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer("whitespace", words)
    if not there:
        writer = index.writer(200_000_000)
        for document in documents(kept(min(size, DISTINCT), ours.parent / "analyses"), size):
            made = record(document)
            texts = {
                name: " ".join(t.decode() for t, n in zip(terms.names, terms.counts, strict=True) for _ in range(n))
                for name, terms in made.terms.items()
            }
            facets = {"town": document.town, "area": document.facets["area"][0]}
            writer.add_document(tantivy.Document(**{name: [text] for name, text in (texts | facets).items()}))
        writer.commit()
        writer.wait_merging_threads()
    return index


def _query(schema: Any, text: str) -> Any:
    """Every unit of the question has to be there, in any field; everything that scores adds to the score."""
    must, should = tantivy.Occur.Must, tantivy.Occur.Should
    clauses = []
    for clause in plan(text, Synonyms(), exact=True).clauses:
        for need in clause[0].needs:
            ways = [_all(schema, terms) for terms in need.alternatives if terms]
            clauses.append((must, tantivy.Query.boolean_query([(should, way) for way in ways])))
        clauses += [(should, tantivy.Query.boost_query(_anywhere(schema, t), w)) for t, w in clause[0].scored]
    return tantivy.Query.boolean_query(clauses) if clauses else tantivy.Query.all_query()


def _all(schema: Any, terms: tuple[str, ...]) -> Any:
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, _anywhere(schema, term)) for term in terms])


def _anywhere(schema: Any, term: str) -> Any:
    found = [
        tantivy.Query.boost_query(tantivy.Query.term_query(schema, name, term), weight)
        for name, weight in FIELD_WEIGHTS.items()
    ]
    return tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in found])
