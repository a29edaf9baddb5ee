"""Words as a search compares them: without accents or capitals, and their French stems (Snowball).

stems("Les coopérations territoriales")  ->  ["le", "cooper", "territorial"]
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import Stemmer

_WORD = re.compile(r"[^\W_]+")
_QUERY = re.compile(r'"([^"]*)"?|(\S+)')
# What an apostrophe leaves standing alone (l’innovation, qu’on): in every text, so it finds nothing
_ELIDED = {"c", "d", "j", "l", "m", "n", "qu", "s", "t"}
_stemmer = Stemmer.Stemmer("french")


def fold(text: str) -> str:
    """Lower case without accents or ligatures: « Cœur » → "coeur"."""
    text = text.casefold().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(maxsize=65536)
def stem(folded: str) -> str:
    """The French stem of a folded word. Folding first makes « coopération » and "cooperation" the same."""
    return str(_stemmer.stemWord(folded))


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """The words of `text`: (start, end) in code points of the text as it is, and the word folded."""
    for match in _WORD.finditer(text):
        yield match.start(), match.end(), fold(match.group())


def words(text: str) -> list[str]:
    return [word for _, _, word in spans(text)]


@dataclass(slots=True)
class Query:
    """What somebody looks for, all of it at once: `stems` of single words, exact `phrases`, beginnings (`prefixes`)."""

    stems: list[str] = field(default_factory=list)
    phrases: list[list[str]] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.stems or self.phrases or self.prefixes)


def parse(text: str) -> Query:
    """Read a search box: `mot`, `"mots exacts"`, `début*`. An unclosed quote runs to the end."""
    query = Query()
    for match in _QUERY.finditer(text.replace("«", '"').replace("»", '"').replace("“", '"').replace("”", '"')):
        phrase, single = match.groups()
        found = words(single if phrase is None else phrase)
        if not found:
            continue
        if phrase is not None:
            query.phrases.append(found)
            continue
        if single.endswith("*"):
            query.prefixes.append(found.pop())
        query.stems += [stem(word) for word in found]
    meaningful = [one for one in query.stems if one not in _ELIDED]
    if meaningful or query.phrases or query.prefixes:
        query.stems = meaningful
    return query


def hits(text: str, query: Query) -> list[tuple[int, int]]:
    """Where `query` is met in `text`: half-open spans of code points, in order, without overlap."""
    found = list(spans(text))
    marked = {
        i
        for i, (_, _, word) in enumerate(found)
        if stem(word) in query.stems or any(word.startswith(prefix) for prefix in query.prefixes)
    }
    for phrase in query.phrases:
        for i in range(len(found) - len(phrase) + 1):
            if [word for _, _, word in found[i : i + len(phrase)]] == phrase:
                marked.update(range(i, i + len(phrase)))
    return [(found[i][0], found[i][1]) for i in sorted(marked)]
