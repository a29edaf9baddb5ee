"""The tables of the ORFEO project (.orfeo), in which its corpus of spoken French is published: a line for each word.

Thirteen columns as in CoNLL, parted by tabs: number, form, lemma, …, beginning and end in seconds, speaker. An empty
line parts the sentences, whose text may stand above them (`# text = …`). Only the form, times and speaker are taken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from recolte.engine.formats.cues import in_order
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.faults import BACKWARDS, BAD_LINE, NO_TIME
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

_SECONDS = r"\d{1,7}(?:\.\d+)?"
SIGNATURE = re.compile(
    rf"(?:#[^\n]*\n|[ \t]*\n)*+\d+\t[^\t\n]+(?:\t[^\t\n]*){{8}}(?:\t{_SECONDS}){{2}}\t[^\t\n]+(?:\n|$)", re.ASCII
)
COLUMNS = 13
ELISION = re.compile(r"(?<=\w['’]) ")  # the blank that French does not put after it


@dataclass(frozen=True, slots=True)
class _Token:
    form: str
    start_ms: int | None
    end_ms: int | None
    speaker: str


def read(data: bytes) -> Transcript:
    """The sentences, a turn each; or more, where the speaker changes inside. Unreadable (NO_TEXT) without any word."""
    transcript = Transcript([], "fr")  # what the corpus is of
    text = ""
    tokens: list[_Token] = []
    for number, line in enumerate([*decode(data).split("\n"), ""], 1):
        if not line.strip():
            transcript.turns += _turns(tokens, text)
            text, tokens = "", []
        elif line.startswith("#"):
            if match := re.match(r"#\s*text\s*=(.*)", line):
                text = " ".join(match[1].split())
        elif len(columns := line.split("\t")) != COLUMNS or not columns[1].strip():
            transcript.faults.append(Fault(number, BAD_LINE))
        else:
            tokens.append(_token(columns, Fault(number, NO_TIME), transcript.faults))
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    transcript.turns = in_order(transcript.turns)
    return transcript


def _token(columns: list[str], fault: Fault, faults: list[Fault]) -> _Token:
    """The word of a line; `fault` is noted when its times cannot be read."""
    form = ELISION.sub("", " ".join(columns[1].replace("#", " ").split())) or "#"  # parts the words of a compound
    speaker = " ".join(columns[12].replace("_", " ").split())
    start, end = (round(float(one) * 1000) if re.fullmatch(_SECONDS, one, re.ASCII) else None for one in columns[10:12])
    if start is None or end is None:
        faults.append(fault)
        return _Token(form, None, None, speaker)
    if end < start:
        faults.append(Fault(fault.line, BACKWARDS))
    return _Token(form, start, max(start, end), speaker)


def _turns(tokens: list[_Token], text: str) -> Iterator[Turn]:
    """What each speaker says of a sentence, in turn, where each word is in `text` if this is theirs."""
    for speaker, group in groupby(tokens, key=lambda token: token.speaker):
        said = list(group)
        forms = [token.form for token in said]
        joined = ELISION.sub("", " ".join(forms))
        whole = text if len(said) == len(tokens) and _spans(forms, text) else joined
        timed = zip(said, _spans(forms, whole), strict=True)
        words = tuple(
            Word(start, end, token.start_ms, token.end_ms)
            for token, (start, end) in timed
            if token.start_ms is not None and token.end_ms is not None
        )
        begins, ends = (words[0].start_ms, words[-1].end_ms) if words else (None, None)
        yield Turn(whole, speaker, begins, None if begins is None or ends is None else max(begins, ends), words)


def _spans(forms: list[str], text: str) -> list[tuple[int, int]]:
    """Where the `forms` stand in `text`, one after the other; nowhere if not all of them do."""
    spans = []
    position = 0
    for form in forms:
        start = text.find(form, position)
        if start < 0:
            return []
        position = start + len(form)
        spans.append((start, position))
    return spans
