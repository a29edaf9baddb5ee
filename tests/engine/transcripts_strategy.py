"""Transcripts as hypothesis invents them, within what a format carries: written and read again, they are the same.

@given(transcripts(FORMATS["vtt"].carries))
def test_what_is_written_is_read_back(transcript: Transcript) -> None:
    assert read(write(transcript).encode()) == transcript
"""

import re
from collections.abc import Collection
from itertools import pairwise

from hypothesis import strategies as st

from recolte.engine.formats.decoding import normalise
from recolte.engine.formats.features import Feature
from recolte.engine.turns import Transcript, Turn, Word

F = Feature
Span = tuple[int, int]

# What formats trip over: their own signs, quotes, accents apart, signs beyond sixteen bits, no-break spaces, Arabic.
TRICKY = [
    "<",
    "&",
    "]]>",
    '"',
    "'",
    "{rire}",
    "[rire]",
    "-->",
    "été",
    "😀",
    "à\xa0:",
    "\u202f?",
    "سلام",
    "#",
    "\\",
    ";",
    "0.5",
    "*",
]
NAMES = ("Amina", "Bruno", "Chloé & Driss", 'É. "Zoé"', "SP01", "sp1", "L2 <x>")


def transcripts(
    carries: Collection[Feature],
    *,
    alphabet: st.SearchStrategy[str] | None = None,
    tricky: Collection[str] = tuple(TRICKY),
    names: Collection[str] = NAMES,
    max_turns: int = 5,
) -> st.SearchStrategy[Transcript]:
    """Transcripts with nothing but what `carries` allows, their turns in order of their beginnings, all of them words.

    `alphabet` has the characters of the words (unless told: letters, figures and signs of any script), `tricky` the
    words that stand among them now and then, `names` the speakers. Times go up to an hour; turns can last no time.
    """
    letters = st.characters(exclude_categories=["C", "Z", "M"]) if alphabet is None else alphabet
    word = st.text(letters, min_size=1, max_size=6)
    word = st.sampled_from(sorted(tricky)) | word if tricky else word
    said = st.lists(word.map(normalise).filter(str.strip), min_size=1, max_size=4)
    return _transcripts(frozenset(carries), st.lists(said, min_size=1, max_size=max_turns), sorted(names))


@st.composite
def _transcripts(
    draw: st.DrawFn, carries: frozenset[Feature], conversations: st.SearchStrategy[list[list[str]]], names: list[str]
) -> Transcript:
    speakers = st.sampled_from([*names, ""] if F.VOICES in carries else [""])
    breaks = st.sampled_from([" ", " ", "\n"] if F.LINES in carries else [" "])
    conversation = draw(conversations)
    turns = []
    for words, span in zip(conversation, _spans(draw, carries, len(conversation)), strict=True):
        text = words[0] + "".join(draw(breaks) + word for word in words[1:])
        start, end = span or (None, None)
        timed = _timed(draw, carries, text, span) if span and F.WORD_TIMES in carries else ()
        turns.append(Turn(text, draw(speakers), start, end, timed))
    return Transcript(turns, draw(st.sampled_from(["fr", "en", ""])) if F.LANGUAGE in carries else "")


def _spans(draw: st.DrawFn, carries: frozenset[Feature], count: int) -> list[Span | None]:
    """The times of `count` turns in order; the first has some, if the format carries any."""
    if F.TIMES not in carries:
        return [None] * count
    moments = st.lists(st.integers(0, 3_600_000) | st.integers(0, 20), min_size=2 * count, max_size=2 * count)
    sorted_moments = sorted(draw(moments))
    spans: list[Span | None] = list(zip(sorted_moments[::2], sorted_moments[1::2], strict=True))
    if F.OVERLAPS in carries and draw(st.booleans()):
        longer = st.integers(0, 10) | st.integers(0, 60_000)
        spans = [span and (span[0], span[1] + draw(longer)) for span in spans]
    if F.UNTIMED in carries:
        spans = [span if index == 0 or draw(st.booleans()) else None for index, span in enumerate(spans)]
    return spans


def _timed(draw: st.DrawFn, carries: frozenset[Feature], text: str, span: Span) -> tuple[Word, ...]:
    """Each word of `text` with its times inside `span`, one after the other; or none, for half of the turns."""
    found = list(re.finditer(r"[^ \n]+", text))
    if draw(st.booleans()):
        return ()
    moments = sorted(draw(st.lists(st.integers(*span), min_size=len(found) + 1, max_size=len(found) + 1)))
    sure = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
    return tuple(
        Word(match.start(), match.end(), *times, draw(sure) if F.PROBABILITIES in carries else 1.0)
        for match, times in zip(found, pairwise(moments), strict=True)
    )
