"""What Whisper says, as turns that a person can read: paragraphs of whole sentences, every word in its place."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from recolte.engine.turns import Turn, Word

PAUSE_MS = 1500  # a silence this long begins a paragraph
FULL_WORDS = 60  # after so many words, the next end of a sentence does
PUNCTUATION = re.compile(r"[\s.,;:!?…«»\"“”()\[\]–—-]+")  # before "?" French has a space: it comes as a word
SENTENCE_END = re.compile(r"[.!?…]\s*[\"”»)\]]*$")


class SpokenWord(Protocol):
    """A word as Whisper gives it: with the space before it, times in seconds."""

    @property
    def word(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def probability(self) -> float: ...


class Segment(Protocol):
    """A segment as Whisper gives it; the three measures are those of the decoding window that it comes from."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def words(self) -> Sequence[SpokenWord] | None: ...
    @property
    def no_speech_prob(self) -> float: ...
    @property
    def avg_logprob(self) -> float: ...
    @property
    def compression_ratio(self) -> float: ...


def paragraphs(segments: Iterable[Segment], start_ms: int = 0, end_ms: int | None = None) -> list[Turn]:
    """Group the words of `segments` (seconds from `start_ms`) into turns without a speaker; times in ms, absolute.

    A paragraph ends at a pause of PAUSE_MS, or after the sentence in which it reaches FULL_WORDS words. Times never go
    back and never pass `end_ms`. A segment without words is kept as text without word times.
    """
    turns: list[Turn] = []
    paragraph = _Paragraph()
    latest = start_ms
    for text, first, last, probability in _pieces(segments):
        start = max(latest, start_ms + round(first * 1000))
        end = max(start, start_ms + round(last * 1000))
        if end_ms is not None:
            start, end = min(start, end_ms), min(end, end_ms)
        if (
            paragraph.text
            and not paragraph.melts(text)
            and (start - paragraph.end_ms >= PAUSE_MS or paragraph.is_full())
        ):
            turns.append(paragraph.turn())
            paragraph = _Paragraph()
        paragraph.add(text, start, end, probability)
        latest = start
    if paragraph.text:
        turns.append(paragraph.turn())
    return turns


def _pieces(segments: Iterable[Segment]) -> Iterator[tuple[str, float, float, float | None]]:
    for segment in segments:
        for word in segment.words or ():
            if word.word.strip():
                yield _line(word.word), word.start, word.end, word.probability
        if not segment.words and segment.text.strip():
            yield " " + _line(segment.text.strip()), segment.start, segment.end, None


def _line(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", " ", text))


class _Paragraph:
    def __init__(self) -> None:
        self.text = ""
        self.start_ms = self.end_ms = 0
        self._words: list[Word] = []

    def add(self, piece: str, start_ms: int, end_ms: int, probability: float | None) -> None:
        if not self.text:
            piece, self.start_ms = piece.lstrip(), start_ms
        text = unicodedata.normalize("NFC", self.text + piece)
        if probability is not None and not PUNCTUATION.fullmatch(piece):
            start = len(self.text) + len(piece) - len(piece.lstrip())
            end = len(text.rstrip())
            if self._words and self.melts(piece):
                before = self._words.pop()
                start, start_ms, probability = before.start, before.start_ms, min(probability, before.probability)
            self._words.append(Word(start, end, start_ms, end_ms, round(probability, 3)))
        self.text, self.end_ms = text, max(self.end_ms, end_ms)

    def melts(self, piece: str) -> bool:
        """Whether `piece` begins with an accent, which belongs to the word before."""
        accent = unicodedata.combining(piece.lstrip()[0]) > 0
        return accent or not unicodedata.is_normalized("NFC", self.text[-32:] + piece)

    def is_full(self) -> bool:
        return SENTENCE_END.search(self.text[-8:]) is not None and len(self.text.split()) >= FULL_WORDS

    def turn(self) -> Turn:
        return Turn(self.text.rstrip(), "", self.start_ms, self.end_ms, tuple(self._words))
