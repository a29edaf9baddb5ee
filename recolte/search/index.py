"""One question, two databases: segments that meet a query, best first. Both give the same segments."""

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from recolte.engine.words import Query
from recolte.search.models import Segment


def matching(segments: QuerySet[Segment], query: Query) -> QuerySet[Segment]:
    """The segments that meet all of `query`, the most relevant first."""
    if connection.vendor == "sqlite":
        return segments.extra(
            tables=["search_index"],
            where=["search_index.rowid = search_segment.id", "search_index MATCH %s"],
            params=[_fts5(query)],
            select={"relevance": "search_index.rank"},
            order_by=["relevance", "id"],
        )
    for column, condition in _tsquery(query):
        segments = segments.extra(where=[f"{_vector(column)} @@ to_tsquery('simple', %s)"], params=[condition])
    column, condition = _tsquery(query)[0]
    rank = RawSQL(f"ts_rank_cd({_vector(column)}, to_tsquery('simple', %s))", [condition])
    return segments.annotate(relevance=rank).order_by("-relevance", "id")


def _vector(column: str) -> str:
    """The expression that migration 0002 indexes."""
    return f'to_tsvector(\'simple\', "search_segment"."{column}")'


def _fts5(query: Query) -> str:
    conditions = [f'stems : "{stem}"' for stem in query.stems]
    conditions += [f'words : "{" ".join(phrase)}"' for phrase in query.phrases]
    conditions += [f'words : "{prefix}" *' for prefix in query.prefixes]
    return " AND ".join(f"({condition})" for condition in conditions)


def _tsquery(query: Query) -> list[tuple[str, str]]:
    on_words = [f"({' <-> '.join(_quoted(word) for word in phrase)})" for phrase in query.phrases]
    on_words += [f"{_quoted(prefix)}:*" for prefix in query.prefixes]
    on_stems = [_quoted(stem) for stem in query.stems]
    return [(column, " & ".join(found)) for column, found in (("stems", on_stems), ("words", on_words)) if found]


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
