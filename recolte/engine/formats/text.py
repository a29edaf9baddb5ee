"""Interviews typed as plain text: a name, perhaps a time, and what was said.

Amina : Bonjour.                    [00:01:02] Amina: Bonjour.
AMINA (00:01): Bonjour.             [Amina] (0:01 - 0:11)  Bonjour.
Amina  0:05                         AMINA
Bonjour.                            Bonjour.
"""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from recolte.engine.formats.cues import BLANKS, clock
from recolte.engine.formats.decoding import decode
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Transcript, Turn

# A space before the colon is French, and often one that does not break.
_GAP = "[ \t\u00a0\u2009\u202f]"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
_TIMES = rf"[\[(]?(?P<start>{_TIME})(?:{_GAP}*(?:-->|[-–—]){_GAP}*(?P<end>{_TIME}))?[\])]?"
_WORD = r"[\w.'’*/&-]+"
_NAME = rf"(?P<name>\w{_WORD[:-1]}*(?:{_GAP}(?:{_WORD}|\({_WORD}\))){{0,4}})"
_LATER = _TIMES.replace("<start>", "<start2>").replace("<end>", "<end2>")

HEADS = [
    # [00:01:02] Amina (00:01): …
    re.compile(
        rf"(?:{_TIMES}{_GAP}*(?:[-–—]{_GAP}*)?)?{_NAME}(?:{_GAP}+{_LATER})?{_GAP}*:(?=[\s\u00a0\u202f]|$)(?P<rest>.*)"
    ),
    # [Amina] (0:01 - 0:11) …
    re.compile(
        rf"(?:{_TIMES}{_GAP}*)?\[(?P<name>[^\W\d][^\[\]:]{{0,39}})\](?:{_GAP}*{_LATER})?{_GAP}*:?(?P<rest>(?:\s.*)?)"
    ),
    # Amina  0:05
    re.compile(rf"{_NAME}{_GAP}+{_LATER}(?P<rest>){_GAP}*"),
]
ALONE = re.compile(rf"{_NAME}{_GAP}*")
TIME_ALONE = re.compile(rf"{_TIMES}{_GAP}*")
MARKS = re.compile(r"(?:[-–—•]\s+)?(\*\*|__)?")  # what word processors and chatbots put before a name


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTICLES = _set("de du des d la le les l et von van da do di y el al ben bint and")
# Heads of forms and notes, which stand before a colon as names do.
NOT_NAMES = _set(
    "oui non bref bon donc alors voilà mais enfin puis ensuite exemple il elle on nous vous je tu ils elles ça"
    " date lieu heure durée objet note notes nb remarque remarques exemple attention source sources titre sujet thème"
    " résumé contexte participants participantes présents absents méthode résultat résultats conclusion total contact"
    " place location time duration subject title summary context example warning todo url http https tel tél email mail"
    " from to cc re language kind license licence author version copyright"
)
MAX_NAME = 40


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a turn: who, when (ms), what follows on the same line, and whether one is enough to be sure of it."""

    name: str
    start_ms: int | None
    end_ms: int | None
    rest: str
    sure: bool = True

    @property
    def timed(self) -> bool:
        return self.start_ms is not None


def read(data: bytes) -> Transcript:
    """The turns of a typed interview; what stands before the first one is kept as a turn of nobody.

    Without any turn, the paragraphs are turns of nobody. Unreadable (NO_TEXT) when there is no word.
    """
    text = decode(data)
    if not text.strip():
        raise Unreadable(Problem.NO_TEXT)
    turns = turns_of(text)
    if not any(turn.speaker for turn in turns):
        turns = [Turn(paragraph) for paragraph in paragraphs(text)]
    return Transcript(_with_ends(turns))


def write(transcript: Transcript) -> str:
    """The turns as paragraphs, `[00:01:02] Name: text`, without what is not known."""
    written = []
    for turn in transcript.turns:
        time = "" if turn.start_ms is None else f"[{clock(turn.start_ms)[:8]}] "
        speaker = f"{turn.speaker}: " if turn.speaker else ""
        written.append(f"{time}{speaker}{turn.text}\n")
    return "\n".join(written)


def keeps_voices(voices: Collection[str]) -> bool:
    """Whether each of `voices` looks like a name, or none has one: a turn of nobody goes on with the one before."""
    if not any(voices):
        return True
    heads = [_head(f"{voice}: x") for voice in voices]
    return all(head and head.sure and head.name == voice for head, voice in zip(heads, voices, strict=True))


def looks_like_turns(text: str) -> bool:
    """Whether `text` is a transcript rather than a note: three turns or more, most paragraphs being the head of one.

    The same few voices must come back, as those of a conversation do and the headings of a form do not.
    """
    lines = text.split("\n")
    heads = _heads(lines)
    if len(heads) < 3:
        return False
    blocks = [list(range(begin, end)) for begin, end in _blocks(lines)]
    if len(blocks) < len(heads):  # a line for each turn, without empty lines between
        blocks = [[number] for block in blocks for number in block]
    belonging = sum(any(number in heads for number in block) for block in blocks)
    voices = Counter(head.name.casefold() for head in heads.values())
    timed = sum(head.timed for head in heads.values()) > len(heads) / 2
    return belonging >= 0.6 * len(blocks) and (timed or len(voices) * 3 <= len(heads) * 2)


def paragraphs(text: str) -> list[str]:
    """The blocks of lines of `text` that empty lines part."""
    lines = text.split("\n")
    return ["\n".join(line.strip(BLANKS) for line in lines[begin:end]) for begin, end in _blocks(lines)]


def speaker_and_rest(text: str) -> tuple[str, str]:
    """(`speaker`, rest) when `text` begins with a name and a colon, else ("", text).

    Each word must have its capital: `Il dit : …` is no name.
    """
    head = re.match(rf"{_NAME}{_GAP}*:{_GAP}+(?P<rest>\S.*)", text, re.DOTALL)
    if head and _is_name(head["name"]):
        return head["name"], head["rest"]
    return "", text


def turns_of(text: str) -> list[Turn]:
    """The turns of `text`, each with its speaker and the times at its head; lines before the first have no speaker."""
    lines = text.split("\n")
    heads = _heads(lines)
    times = {number - 1 for number in heads if _time_above(lines, number)}
    kept = ["" if number in times else line.strip(BLANKS) for number, line in enumerate(lines)]
    turns: list[Turn] = []
    for begin, end in pairwise([0, *heads, len(lines)]):
        head = heads.get(begin, Head("", None, None, kept[begin])) if begin < end else None
        if head and (said := "\n".join(filter(None, [head.rest, *kept[begin + 1 : end]]))):
            turns.append(Turn(said, head.name, head.start_ms, head.end_ms))
    return turns


def _heads(lines: list[str]) -> dict[int, Head]:
    """The line numbers (0-based) where a turn begins."""
    heads = {number: head for number, line in enumerate(lines) if (head := _head(line))}
    lone = {number: line.strip(BLANKS) for number, line in enumerate(lines) if _stands_alone(lines, number)}
    often = Counter(lone.values()) + Counter(head.name for head in heads.values())
    heads = {number: head for number, head in heads.items() if head.sure or often[head.name] > 1}
    for number, name in lone.items():
        if often[name] > 1 and number not in heads:
            heads[number] = Head(name, None, None, "")
    for number, head in heads.items():
        above = _time_above(lines, number)
        if above and not head.timed:
            heads[number] = replace(head, start_ms=_ms(above["start"]), end_ms=_ms(above["end"]))
    return dict(sorted(heads.items()))


def _time_above(lines: list[str], number: int) -> re.Match[str] | None:
    return TIME_ALONE.fullmatch(lines[number - 1].strip(BLANKS)) if number else None


def _head(line: str) -> Head | None:
    line = line.strip(BLANKS)
    marks = MARKS.match(line)
    if marks and marks[0]:
        line = line[marks.end() :]
        line = line.replace(marks[1], "", 1) if marks[1] else line
    for pattern in HEADS:
        match = pattern.fullmatch(line)
        if not match:
            continue
        found = match.groupdict()
        start = found.get("start") or found.get("start2")
        end = found.get("end") or found.get("end2")
        name = match["name"].strip(" \t\u00a0\u2009\u202f")
        rest = match["rest"].strip(" \t\u00a0\u202f")
        if pattern is HEADS[1] or _is_name(name) or (start and len(name) <= MAX_NAME and name[0].isalpha()):
            return Head(name, _ms(start), _ms(end), rest)
        if _is_role(name):
            return Head(name, _ms(start), _ms(end), rest, sure=False)
    return None


def _stands_alone(lines: list[str], number: int) -> bool:
    """Whether this line is a name in capitals between an empty line and a line of text."""
    line = lines[number].strip(BLANKS)
    above = lines[number - 1].strip() if number else ""
    below = lines[number + 1].strip() if number + 1 < len(lines) else ""
    return not above and bool(below) and line.isupper() and bool(ALONE.fullmatch(line))


def _is_name(name: str) -> bool:
    """Whether each word of `name` begins as those of a name do: with a capital or a digit, but for the particles."""
    words = [word for part in re.split(r"[\s\u00a0'’/-]+", name) if (word := part.strip("()."))]
    if not words or len(name) > MAX_NAME or words[0].casefold() in NOT_NAMES or not words[0][0].isupper():
        return False
    return all(word[0].isupper() or word[0].isdigit() or word in PARTICLES for word in words)


def _is_role(name: str) -> bool:
    """Whether `name` can be that of somebody without one: `Personne interrogée`, `enquêteur`."""
    words = name.split()
    return len(words) <= 2 and len(name) <= MAX_NAME and words[0][0].isalpha() and words[0].casefold() not in NOT_NAMES


def _blocks(lines: list[str]) -> list[tuple[int, int]]:
    """The (begin, end) of each run of lines that are not empty."""
    blocks: list[tuple[int, int]] = []
    begin = None
    for number, line in enumerate([*lines, ""]):
        if line.strip():
            begin = number if begin is None else begin
        elif begin is not None:
            blocks.append((begin, number))
            begin = None
    return blocks


def _with_ends(turns: list[Turn]) -> list[Turn]:
    """Turns whose head says only when they begin end when the next begins."""
    ended = []
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        if turn.start_ms is not None and turn.end_ms is None and after and after.start_ms is not None:
            turn = replace(turn, end_ms=max(turn.start_ms, after.start_ms))
        ended.append(turn)
    return ended


def _ms(stamp: str | None) -> int | None:
    if stamp is None:
        return None
    whole, _, fraction = stamp.replace(",", ".").partition(".")
    seconds = 0
    for part in whole.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds * 1000 + int(f"{fraction:0<3}")
