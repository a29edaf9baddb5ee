"""Words with figures in them: `{visites}` stands for a figure, counted now or frozen.

`{visites|visite apprenante|visites apprenantes}` brings its noun along, in the plural from two on.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recolte.programme.reports import Figure, shown

WORD = re.compile(r"\{([^{}\n]*)\}")
Sections = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as a reader is told it: `today` only where it is another by now; `url` only where they may follow it."""

    key: str
    label: str
    value: int
    unit: str
    public: str = ""
    url: str = ""
    today: int | None = None

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    @property
    def shown_today(self) -> str:
        return "" if self.today is None else shown(self.today, self.unit)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or the figure that stands between them."""

    text: str
    figure: Told | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its heading, and its paragraphs of pieces."""

    heading: str
    paragraphs: tuple[tuple[Piece, ...], ...]


def key_of(word: str) -> str:
    """The figure that a word between braces asks for, however it was typed, with its noun or without."""
    return "-".join(word.partition("|")[0].casefold().split())


def noun_of(word: str, value: int) -> str:
    """The noun that a word between braces brings along, after a space: the second is the plural, from two on."""
    singular, _bar, plural = word.partition("|")[2].partition("|")
    return f" {(plural or singular if abs(value) >= 2 else singular).strip()}".rstrip()


def asked_for(sections: Iterable[Mapping[str, str]]) -> list[str]:
    """The keys of the figures that these words ask for, each once, in order."""
    words = (word for one in sections for word in WORD.findall(one["heading"] + "\n" + one["text"]))
    return list(dict.fromkeys(key_of(word) for word in words))


def unknown(text: str, keys: Collection[str]) -> list[str]:
    """The words between braces that ask for no figure, as they were typed."""
    return [f"{{{word}}}" for word in dict.fromkeys(WORD.findall(text)) if key_of(word) not in keys]


def live(figures: Iterable[Figure], *, is_team: bool) -> dict[str, Told]:
    """The figures as they are now."""
    return {one.key: Told(one.key, one.label, one.value, one.unit, one.public, _url(one, is_team)) for one in figures}


def frozen(kept: Iterable[Mapping[str, Any]], now: Iterable[Figure], *, is_team: bool) -> dict[str, Told]:
    """The figures as they were frozen, beside what they are now."""
    today = {one.key: one for one in now}
    told = {}
    for one in kept:
        figure = today.get(one["key"])
        told[one["key"]] = Told(
            **one,
            url=_url(figure, is_team) if figure else "",
            today=figure.value if figure and figure.value != one["value"] else None,
        )
    return told


def _url(figure: Figure, is_team: bool) -> str:
    return "" if figure.is_for_team and not is_team else figure.url


def parts(sections: Iterable[Mapping[str, str]], told: Mapping[str, Told]) -> list[Part]:
    """The sections as they are read; a word that asks for no figure stays as it is typed."""
    return [Part(_line(one["heading"], told), tuple(_paragraphs(one["text"], told))) for one in sections]


def _line(text: str, told: Mapping[str, Told]) -> str:
    """One line of words, with the figures written out."""
    return "".join(piece.figure.shown if piece.figure else piece.text for piece in _pieces(text, told))


def _paragraphs(text: str, told: Mapping[str, Told]) -> Iterable[tuple[Piece, ...]]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.strip():
            yield tuple(_pieces(paragraph.strip(), told))


def _pieces(text: str, told: Mapping[str, Told]) -> Iterable[Piece]:
    at = 0
    for found in WORD.finditer(text):
        if figure := told.get(key_of(found[1])):
            if found.start() > at:
                yield Piece(text[at : found.start()])
            yield Piece("", figure)
            if noun := noun_of(found[1], figure.value):
                yield Piece(noun)
            at = found.end()
    if at < len(text):
        yield Piece(text[at:])
