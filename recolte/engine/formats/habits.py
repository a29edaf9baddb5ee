"""Who speaks, and when, in the lines of an interview that somebody typed, by the habits that people have.

Amina : Bonjour.                    [00:01:02] Amina: Bonjour.
AMINA (00:01): Bonjour.             [Amina] (0:01 - 0:11)  Bonjour.
Amina  0:05                         00:00:05 - Amina
Bonjour.                            Bonjour.
AMINA                               Amina : Bonjour. #00:00:05-3#
Bonjour.

In a document also a heading for each speaker, a name alone in its paragraph, or a table with a column of names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from recolte.engine.formats.cues import BLANKS
from recolte.engine.formats.faults import BACKWARDS, NO_TIME, OUT_OF_ORDER
from recolte.engine.turns import Fault, Transcript, Turn
from recolte.engine.words import fold

# A space before the colon is French, and often one that does not break.
_GAP = "[ \t\u00a0\u2009\u202f]"
_TIME = r"(?:\d{1,3}:\d{2}(?::\d{2}(?:[:;]\d{2})?)?(?:[.,]\d{1,3})?|(?:\d{1,2}h)?\d{1,3}['’′]\d{2}[\"”″]?)"
_TIMES = rf"[\[(]?(?P<start>{_TIME})(?:{_GAP}*(?:-->|[-–—]){_GAP}*(?P<end>{_TIME}))?[\])]?"
_WORD = r"[\w.'’*/&-]+"
_NAME = rf"(?P<name>\w{_WORD[:-1]}*(?:{_GAP}(?!\(?\d+[h'’′])(?:{_WORD}|\({_WORD}\))){{0,4}})"
_LATER = _TIMES.replace("<start>", "<start2>").replace("<end>", "<end2>")

COLON = re.compile(  # [00:01:02] Amina (00:01): …
    rf"(?:{_TIMES}{_GAP}*(?:[-–—]{_GAP}*)?)?{_NAME}(?:{_GAP}+{_LATER})?{_GAP}*:(?=[\s\u00a0\u202f]|$)(?P<rest>.*)"
)
BRACKETS = re.compile(  # [Amina] (0:01 - 0:11) …
    rf"(?:{_TIMES}{_GAP}*)?\[(?P<name>[^\W\d][^\[\]:]{{0,39}})\](?:{_GAP}*{_LATER})?{_GAP}*:?(?P<rest>(?:\s.*)?)"
)
NAME_TIME = re.compile(rf"{_NAME}{_GAP}+{_LATER}(?P<rest>){_GAP}*")  # Amina  0:05
_LONG = r"(?=[\[(]|\d+:\d\d:\d\d)"  # a bare 9:00 stands in programmes, before what is planned
TIME_NAME = re.compile(rf"{_LONG}{_TIMES}{_GAP}*(?:[-–—]{_GAP}*)?{_NAME}(?P<rest>){_GAP}*")  # 00:00:05 - Amina
ALONE = re.compile(rf"{_NAME}(?P<rest>){_GAP}*")
TIME_ALONE = re.compile(rf"{_TIMES}{_GAP}*")
TIMED = re.compile(rf"{_LONG}{_TIMES}(?:{_GAP}*[-–—])?(?:{_GAP}+(?P<rest>\S.*)|$)")  # [0:05] …
END = re.compile(r"[ \t\u00a0]*#(\d{1,2}:\d{2}:\d{2})-(\d{1,2})#$")  # what f4 puts at the end of a turn
MARKS = re.compile(r"(?:[-–—•]\s+)?(\*\*|__)?")  # what word processors and chatbots put before a name
HEADING = re.compile(r"h\d")


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
CELLS = " · "  # between the cells of a row of a table
SHORTEST = 5  # letters of a word in which one may be mistyped
MOST_NAMES = 60  # that are compared with one another


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something, without the blanks around it, and where it stands in its file (1-based).

    `kind` is that of its block in a document (`recolte.engine.documents`), "" in plain text, where a line `opens` a
    paragraph after an empty one.
    """

    number: int
    text: str
    kind: str = ""
    opens: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a turn: who, when, what follows on the same line, and whether one is enough to be sure of it."""

    name: str
    start: str | None = None
    end: str | None = None
    rest: str = ""
    sure: bool = True


def lines_of_text(text: str) -> Iterator[Line]:
    opens = True
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Line(number, line.strip(BLANKS), "", opens)
        opens = not line.strip()


def lines_of_blocks(blocks: Iterable[Mapping[str, str]]) -> Iterator[Line]:
    """The lines of a document's blocks, numbered as its paragraphs are."""
    for number, block in enumerate((one for one in blocks if one["kind"] != "page"), 1):
        opens = True
        for line in block["text"].split("\n"):
            if line.strip():
                yield Line(number, line.strip(BLANKS), block["kind"], opens)
                opens = False


def transcript_of(lines: Iterable[Line], names: Mapping[str, str] | None = None) -> Transcript:
    """The turns in `lines`, and what is wrong with their times; what stands before the first is of nobody.

    `names` says what some of the names found stand for: another name, or "" for what is no name of anybody. Without any
    turn, the paragraphs are turns of nobody. The title of a document is no turn.
    """
    lines = list(lines)
    heads = heads_in(lines)
    for index, head in list(heads.items()):
        heads[index] = replace(head, name=(names or {}).get(head.name, head.name))
        if not heads[index].name:
            del heads[index]
    for index in (index for index in heads if index and TIME_ALONE.fullmatch(lines[index - 1].text)):
        lines[index - 1] = replace(lines[index - 1], text="")
    heads = heads or _times_alone(lines)
    transcript = Transcript([])
    if heads and lines[0].kind == "h1" and 0 not in heads:
        transcript.title = lines[0].text
        lines[0] = replace(lines[0], text="")
    if heads:  # the headings of parts are said by nobody
        parts = (index for index, line in enumerate(lines) if HEADING.fullmatch(line.kind) and line.opens and line.text)
        heads = dict(sorted(({index: Head("", rest=lines[index].text) for index in parts} | heads).items()))
    turns = []
    if heads:
        for begin, end in pairwise([*dict.fromkeys([0, *heads]), len(lines)]):
            head = heads.get(begin) or Head("", rest=lines[begin].text)
            said = [head.rest, *(line.text for line in lines[begin + 1 : end])]
            turn = _turn(head, "\n".join(filter(None, said)), lines[begin].number, transcript.faults)
            if turn.text:
                turns.append((turn, lines[begin].number))
    else:
        opening = [index for index, line in enumerate(lines) if line.opens]
        for begin, end in pairwise([*opening, len(lines)]):
            turns.append((Turn("\n".join(line.text for line in lines[begin:end])), lines[begin].number))
    transcript.turns = list(_with_times([turn for turn, _number in turns]))
    last = 0
    for turn, number in turns:
        if turn.start_ms is not None:
            if turn.start_ms < last:
                transcript.faults.append(Fault(number, OUT_OF_ORDER))
            last = turn.start_ms
    transcript.faults.sort(key=lambda fault: fault.line)
    return transcript


def heads_in(lines: Sequence[Line]) -> dict[int, Head]:
    """Where turns begin, by the places of their lines in `lines`, in order."""
    found = {index: head for index, line in enumerate(lines) if (head := head_of(line))}
    lone = {index: name for index in range(len(lines)) if index not in found and (name := _alone(lines, index))}
    often = Counter(lone.values()) + Counter(head.name for head in found.values())
    sure = {head.name for head in found.values() if head.sure}
    kept = sure | {name for name, count in often.items() if count > 1}
    # Words that stand alone in a paragraph now and then (Merci) are no names, where names stand otherwise
    words = {name for index, name in lone.items() if _is_bare(lines[index])} & kept - sure
    if sure or len(words) < 2:
        kept -= words
    if not kept:
        kept = _headings(lines, {index: found[index].name if index in found else name for index, name in lone.items()})
    if len(often) <= MOST_NAMES:  # one of them mistyped stands there once
        kept |= {name for name in often if any(alike(name, other) for other in kept)}
    heads = {index: head for index, head in found.items() if head.name in kept}
    heads |= {index: Head(name) for index, name in lone.items() if name in kept}
    for index, head in heads.items():
        above = TIME_ALONE.fullmatch(lines[index - 1].text) if index else None
        if above and not head.start:
            heads[index] = replace(head, start=above["start"], end=above["end"])
    return dict(sorted(heads.items()))


def head_of(line: Line) -> Head | None:
    """The head that `line` begins with, if it looks like one."""
    if line.kind == "row":
        return _row(line.text)
    if HEADING.fullmatch(line.kind):
        return _matched(line.text, NAME_TIME, TIME_NAME)
    return _matched(line.text, COLON, BRACKETS, NAME_TIME, TIME_NAME)


def look_like_turns(lines: Sequence[Line]) -> bool:
    """Whether `lines` are a transcript rather than a note: three turns or more, most paragraphs being the head of one.

    The same few voices must come back, as those of a conversation do and the headings of a form do not.
    """
    heads = heads_in(lines)
    if len(heads) < 3:
        return False
    blocks: list[list[int]] = []
    for index, line in enumerate(lines):
        if line.opens:
            blocks.append([])
        blocks[-1].append(index)
    if len(blocks) < len(heads):  # a line for each turn, without empty lines between
        blocks = [[index] for block in blocks for index in block]
    belonging = sum(any(index in heads for index in block) for block in blocks)
    voices = Counter(head.name.casefold() for head in heads.values())
    timed = sum(head.start is not None for head in heads.values()) > len(heads) / 2
    return belonging >= 0.6 * len(blocks) and (timed or len(voices) * 3 <= len(heads) * 2)


def speaker_and_rest(text: str) -> tuple[str, str]:
    """(`speaker`, rest) when `text` begins with a name and a colon, else ("", text).

    Each word must have its capital: `Il dit : …` is no name.
    """
    head = re.match(rf"{_NAME}{_GAP}*:{_GAP}+(?P<rest>\S.*)", text, re.DOTALL)
    if head and _is_name(head["name"]):
        return head["name"], head["rest"]
    return "", text


def paragraphs(text: str) -> list[str]:
    """The blocks of lines of `text` that empty lines part."""
    parts: list[list[str]] = []
    for line in lines_of_text(text):
        if line.opens:
            parts.append([])
        parts[-1].append(line.text)
    return ["\n".join(part) for part in parts]


def mistyped(counts: Mapping[str, int]) -> dict[str, str]:
    """Which of these names are probably another one mistyped: for each of them the other, which stands there more often.

    Nothing of very many names, which are no voices of one interview.
    """
    meant: dict[str, str] = {}
    kept: list[str] = []
    for name in sorted(counts, key=lambda name: -counts[name]) if len(counts) <= MOST_NAMES else ():
        if other := next((other for other in kept if alike(name, other)), ""):
            meant[name] = other
        else:
            kept.append(name)
    return meant


def alike(one: str, other: str) -> bool:
    """Whether two names differ by no more than capitals, accents and, in long words without figures, a slip or two."""
    ours, theirs = (re.findall(r"\w+", fold(name)) for name in (one, other))
    return len(ours) == len(theirs) and all(_slipped(a, b) for a, b in zip(ours, theirs, strict=True))


def _slipped(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    if (
        one == other
        or longest < SHORTEST
        or abs(len(one) - len(other)) > 2
        or longest > MAX_NAME
        or re.search(r"\d", one + other)
    ):
        return one == other
    return _slips(one, other) <= (1 if longest < 8 else 2)


def _slips(one: str, other: str) -> int:
    """How many letters were left out, added, replaced or swapped (optimal string alignment distance)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one):
        earlier, before, row = before, row, [i + 1]
        for j, b in enumerate(other):
            cost = min(before[j + 1] + 1, row[j] + 1, before[j] + (a != b))
            if i and j and a == other[j - 1] and one[i - 1] == b:
                cost = min(cost, earlier[j - 1] + 1)
            row.append(cost)
    return row[-1]


# Heads


def _matched(text: str, *patterns: re.Pattern[str]) -> Head | None:
    marks = MARKS.match(text)
    if marks and marks[0]:
        text = text[marks.end() :]
        text = text.replace(marks[1], "", 1) if marks[1] else text
    for pattern in patterns:
        match = pattern.fullmatch(text)
        if not match:
            continue
        found = match.groupdict()
        start = found.get("start") or found.get("start2")
        end = found.get("end") or found.get("end2")
        name = " ".join(match["name"].split())
        rest = match["rest"].strip(" \t\u00a0\u202f")
        if pattern is BRACKETS or _is_name(name) or (start and len(name) <= MAX_NAME and name[0].isalpha()):
            return Head(name, start, end, rest, sure=pattern is not TIME_NAME)
        if _is_role(name):
            return Head(name, start, end, rest, sure=False)
    return None


def _row(text: str) -> Head | None:
    """The head in a row of a table: perhaps a number, perhaps a time, a name, and what was said."""
    cells = text.split(CELLS)
    if len(cells) > 2 and cells[0].rstrip(".").isdigit():
        del cells[0]
    time = TIME_ALONE.fullmatch(cells[0])
    if time:
        del cells[0]
    if len(cells) < 2:
        return None
    head = _matched(cells[0].rstrip(" \u00a0:"), NAME_TIME, ALONE)
    if not head or not (_is_name(head.name) or _is_role(head.name)):
        return None
    if not time and len(cells) > 2 and (time := TIME_ALONE.fullmatch(cells[1])):
        del cells[1]
    start, end = (time["start"], time["end"]) if time else (head.start, head.end)
    return Head(head.name, start, end, CELLS.join(cells[1:]), sure=False)


def _alone(lines: Sequence[Line], index: int) -> str:
    """The name that this line is, if it is one above what is said; "" if not. It must come back to be that of a voice."""
    line, below = lines[index], lines[index + 1] if index + 1 < len(lines) else None
    if not line.opens or below is None or line.kind == "row":
        return ""
    is_heading = bool(HEADING.fullmatch(line.kind))
    if not line.kind and (below.opens or not line.text.isupper()):
        return ""
    if not is_heading and below.opens and HEADING.fullmatch(below.kind):
        return ""
    head = _matched(line.text.rstrip(" \u00a0:") if is_heading else line.text, ALONE)
    if head and (is_heading or line.text.isupper() or (_is_name(head.name) and head.name[-1] not in ".!?…")):
        return head.name
    match = ALONE.fullmatch(line.text)
    return " ".join(match["name"].split()) if match and line.text.isupper() else ""


def _is_bare(line: Line) -> bool:
    """Whether it is a paragraph of a document like any other, neither a heading nor in capitals."""
    return bool(line.kind) and not HEADING.fullmatch(line.kind) and not line.text.isupper()


def _headings(lines: Sequence[Line], lone: Mapping[int, str]) -> set[str]:
    """The names that are headings of the level of which there are most, where each voice speaks once."""
    levels = Counter(line.kind for line in lines if HEADING.fullmatch(line.kind))
    level, count = next(iter(levels.most_common(1)), ("", 0))
    names = [name for index, name in lone.items() if lines[index].kind == level]
    return set(names) if 1 < len(names) == count else set()


def _times_alone(lines: Sequence[Line]) -> dict[int, Head]:
    """The heads of turns of which only the times are told."""
    heads = {}
    for index, line in enumerate(lines):
        match = TIMED.fullmatch(line.text) or TIME_ALONE.fullmatch(line.text)
        if match:
            heads[index] = Head("", match["start"], match["end"], match.groupdict().get("rest") or "")
    is_all = len(heads) == sum(line.kind != "h1" for line in lines)
    return heads if len(heads) > 1 or is_all else {}


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


# Turns


def _turn(head: Head, said: str, number: int, faults: list[Fault]) -> Turn:
    start, end = _ms(head.start), _ms(head.end)
    if (head.start and start is None) or (head.end and end is None):
        faults.append(Fault(number, NO_TIME))
    if match := END.search(said):
        said = said[: match.start()]
        end = _ms(f"{match[1]}.{match[2]}") if end is None else end
    if start is None and head.start:
        end = None
    if start is not None and end is not None and end < start:
        faults.append(Fault(number, BACKWARDS))
        end = start
    return Turn(said.strip(BLANKS), head.name, start, end)


def _with_times(turns: Sequence[Turn]) -> Iterator[Turn]:
    """A turn whose head says only when it begins ends when the next begins; one of which only the end is told begins
    when the one before ends."""
    last: int | None = 0
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        if turn.start_ms is None and turn.end_ms is not None:
            start = turn.end_ms if last is None else min(last, turn.end_ms)
            turn = replace(turn, start_ms=start)
        elif turn.start_ms is not None and turn.end_ms is None and after and after.start_ms is not None:
            turn = replace(turn, end_ms=max(turn.start_ms, after.start_ms))
        last = turn.end_ms if turn.end_ms is not None else last
        yield turn


def _ms(stamp: str | None) -> int | None:
    """The moment (ms) that `stamp` says; None when it says none, as 0:75 does."""
    if stamp is None:
        return None
    whole, _, fraction = stamp.replace(",", ".").partition(".")
    parts = [int(part) for part in re.findall(r"\d+", whole)[:3]]
    if any(part > 59 for part in parts[1:]):
        return None
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    return seconds * 1000 + int(f"{fraction:0<3}")
