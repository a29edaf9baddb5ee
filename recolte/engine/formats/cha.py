"""CHAT, the .cha files of CLAN and TalkBank (https://talkbank.org/0info/manuals/CHAT.html), French corpora above all.

A main line (`*MOT:`) is a turn, its media bullet the times, `%wor` those of its words. The other `%` tiers (morphology,
phonetics, comments) are left out. What is kept of the codes in a line:

    words not finished, repeated, begun again   (par)ce, <on on> [/], [//]      →  parce, on on
    fillers, fragments                          &-euh  &+b  &~ba                →  euh, b, ba
    events, what was heard beside the words     &=rit  [=! en riant]            →  (rit), (en riant)
    not understood, pauses                      xxx yyy www, (.) (..) (1.5)     as they are
    ends                                        +...  +/.  +//.  +..?           →  …, —, —, …?
    compounds, forms, lengthening               est+ce  d'+accord  Go@s  no:n   →  est ce, d'accord, Go, non
    words that were not said, the other codes   0de  [*]  [= …]  [>]  ↑ ⌈       gone

A full stop and a comma join the word before. None of this is done to the files that Récolte wrote, which have no codes:
a comment at their head says so, and what was said comes back as it was.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from recolte.engine.formats.cues import BLANKS, flow
from recolte.engine.formats.decoding import decode
from recolte.engine.formats.faults import BACKWARDS, CUT_SHORT, NO_SPEAKER, ODD_LINE
from recolte.engine.formats.languages import in_three_letters
from recolte.engine.formats.languages import language as language_of
from recolte.engine.formats.placing import place
from recolte.engine.problems import Problem, Unreadable
from recolte.engine.turns import Fault, Transcript, Turn, Word

SIGNATURE = re.compile(r"\s*(?:@(?!Begin)[^\n]*\n\s*){0,9}@Begin\s*(?:\n|\Z)", re.IGNORECASE)
PLAIN = "Récolte: the lines are plain text, without codes."
BULLET = re.compile(r'\x15(?:%\w+:\s*"[^"\x15]*"_)?(\d{1,9})_(\d{1,9})\x15')
NOBODY = ("UNK", "Unidentified")

# What stands after the code of a participant who has no name
_ROLES = (
    "adult attorney audience aunt boy brother caretaker child clinician cousin doctor environment father female friend"
    " girl grandfather grandmother group guest host informant investigator justice leader lena male media member mother"
    " narrator nurse other participant partner patient playmate playrole relative sibling sister speaker student subject"
    " target_adult target_child teacher teenager text uncertain uncle unidentified visitor witness"
)
ROLES = frozenset(_ROLES.split())

_CODES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), by)
    for pattern, by in [
        (r"\[=!\s*+([^\[\]]*)\]", r" (\1) "),
        (r"\[[^\[\]]*\]", " "),
        (r"[<>‹›]", " "),
        (r"&\*\w+:(\S+)", r" (\1) "),
        (r"(?<!\S)&[-+~]?(?=[^\W\d_])", ""),
        (r"(?<!\S)\+(?:\"|\^|<|,|\+|≋|≈)(?=\s|$)", " "),  # how an utterance is tied to the one before
        (r"(?<!\S)\+\"?\.\.\.?\?", "…?"),
        (r"(?<!\S)\+\"?\.\.\.", "…"),
        (r"(?<!\S)\+//?\?", "— ?"),
        (r"(?<!\S)\+//?\.", "—"),
        (r"(?<!\S)\+(?:\"/?|!)?([.?!]+)", r"\1"),
        (r"(?<!\S)0[^\W\d_]*(?=[\s.!?]|$)", " "),
        (r"\((?=[^\W\d_])([^\W\d_'’-]+)\)(?=\w|['’-])|(?<=[\w'’-])\(([^\W\d_'’-]+)\)", r"\1\2"),
        (r"(?<=\w)@[a-z]\w*(?:[:$][\w&+:]*)*", ""),
        (r"(?<=['’])\+(?=\w)", ""),
        (r"(?<=\w)[+_](?=\w)", " "),
        (r"(?<=[^\W\d_]):+(?=[^\W\d_])|(?<=[^\W\d_])\^(?=\w)", ""),
        (r"[„‡]", ","),
        (r"[↑↓→↗↘⇗⇘⌈⌉⌊⌋∆∇°▁▔☺♋Ϋ∙Ἡ≈≋≡∞∾⁎⁇↫ˈˌ∲§⤇〔〕]\d?", ""),
    ]
]
_EVENT = re.compile(r"&=([^\s.,!?]+)")
_ELIDED = re.compile(r"(?<!\w)((?:[cdjlmnst]|(?:lors|puis|jus|quel)?qu)['’])\s+(?=\w)", re.IGNORECASE)


@dataclass(slots=True)
class _Line:
    """A line with those that go on with it; `number` is that of the first (1-based)."""

    number: int
    head: str
    parts: list[str]

    @property
    def rest(self) -> str:
        return " ".join(self.parts)


def read(data: bytes) -> Transcript:
    """The main lines of a CHAT file, a turn each; a voice is called by its name where the participants have one.

    Unreadable (NO_TEXT) when nobody says anything in it.
    """
    text = decode(data)
    transcript = Transcript([])
    participants: dict[str, str] = {}
    unknown: set[str] = set()
    is_plain = ended = has_words = False  # `has_words`: the main line above became a turn, to which its tiers belong
    for line in _lines(text, transcript.faults):
        key = line.head.casefold()
        if key == "@languages":
            transcript.language = language_of(re.split(r"[\s,]+", line.rest)[0])
        elif key == "@participants":
            participants = _participants(line.rest)
        elif key == "@comment" and line.rest == PLAIN:
            is_plain = True
        elif key == "@end":
            ended = True
        elif line.head.startswith("*"):
            code = line.head[1:]
            if code not in participants and code not in unknown:
                unknown.add(code)
                transcript.faults.append(Fault(line.number, NO_SPEAKER))
            times = _times(line, transcript.faults)
            said = BULLET.sub("", line.rest).replace("\x15", "").strip(BLANKS)
            said = said if is_plain else _readable(said)
            has_words = any(char.isalnum() for char in said) or (is_plain and bool(said))
            if has_words:
                transcript.turns.append(Turn(said, participants.get(code, code), *times))
        elif key == "%wor" and has_words:
            transcript.turns[-1] = _with_words(transcript.turns[-1], line.rest)
    if not transcript.turns:
        raise Unreadable(Problem.NO_TEXT)
    if not ended:
        transcript.faults.append(Fault(text.rstrip().count("\n") + 1, CUT_SHORT))
    return transcript


def keeps_voices(voices: Collection[str]) -> bool:
    """Whether each of `voices` can be the name of a participant: a comma parts participants, a `_` is a space."""
    return all("," not in voice and "_" not in voice and voice == " ".join(voice.split()) for voice in voices)


def write(transcript: Transcript) -> str:
    """The turns as CHAT, in plain text: a main line each, its times as a bullet, those of its words on a `%wor` tier.

    A turn whose end is not known lasts until the next that has a beginning.
    """
    turns = [turn for turn in transcript.turns if turn.text.strip(BLANKS)]
    codes = _codes(turns)
    language = in_three_letters(transcript.language)
    lines = ["@UTF8", "@Begin"]
    lines += [f"@Languages:\t{language}"] if language else []
    roles = {code: "Participant" if name else NOBODY[1] for name, code in codes.items()}
    named = [" ".join(filter(None, [code, _name(name, code), roles[code]])) for name, code in codes.items()]
    lines.append(f"@Participants:\t{', '.join(named)}")
    lines += [f"@ID:\t{language}|recolte|{code}|||||{role}|||" for code, role in roles.items()]
    lines.append(f"@Comment:\t{PLAIN}")
    for index, turn in enumerate(turns):
        later = (other.start_ms for other in turns[index + 1 :] if other.start_ms is not None)
        end = next(later, None) if turn.end_ms is None else turn.end_ms
        lines.append(f"*{codes[turn.speaker]}:\t{_said(turn.text)}{_bullet(turn.start_ms, end)}")
        timed = [f"{_said(turn.text[one.start : one.end])}{_bullet(one.start_ms, one.end_ms)}" for one in turn.words]
        lines += [f"%wor:\t{' '.join(timed)}"] if timed else []
    return "\n".join([*lines, "@End", ""])


def _lines(text: str, faults: list[Fault]) -> Iterator[_Line]:
    """The lines of `text` parted into what stands before the colon and after, with those that go on with them."""
    current: _Line | None = None
    for number, raw in enumerate(text.split("\n"), 1):
        match = re.fullmatch(r"(?P<head>[*%][^\s:]+|@[^:]+):(?P<rest>.*)|(?P<alone>@[^:]+)", raw.rstrip(BLANKS))
        if match:
            if current:
                yield current
            current = _Line(number, match["head"] or match["alone"], [(match["rest"] or "").strip(BLANKS)])
        elif raw.strip(BLANKS):
            if raw[0] not in "\t ":
                faults.append(Fault(number, ODD_LINE))
            if current:
                current.parts.append(raw.strip(BLANKS))
    if current:
        yield current


def _participants(rest: str) -> dict[str, str]:
    """code → name: a participant is `CODE [Name] Role`. Two of the same name go by their codes."""
    found: dict[str, str] = {}
    for one in rest.split(","):
        parts = one.split()
        if parts:
            nobody = (parts[0], *parts[1:]) == NOBODY
            named = len(parts) > 2 or (len(parts) == 2 and parts[1].casefold() not in ROLES)
            found[parts[0]] = "" if nobody else parts[1].replace("_", " ") if named else parts[0]
    names = list(found.values())
    return {code: name if names.count(name) == 1 else code for code, name in found.items()}


def _times(line: _Line, faults: list[Fault]) -> tuple[int | None, int | None]:
    """From the first to the last of what the bullets in `line` say."""
    bullets = [(int(start), int(end)) for start, end in BULLET.findall(line.rest)]
    if not bullets:
        return None, None
    start, end = min(start for start, _ in bullets), max(end for _, end in bullets)
    if end < start:
        faults.append(Fault(line.number, BACKWARDS))
    return start, max(start, end)


def _readable(said: str) -> str:
    said = _EVENT.sub(lambda event: f" ({re.sub('[_:]', ' ', event[1])}) ", said)
    for code, by in _CODES:
        said = code.sub(by, said)
    said = _ELIDED.sub(r"\1", " ".join(said.split()))
    return unicodedata.normalize("NFC", re.sub(r" (?=…|[.,](?!\S))", "", said))


def _with_words(turn: Turn, tier: str) -> Turn:
    """`turn` with the words of its `%wor` tier: each followed by its bullet, those without one having no times."""
    parts = re.split(r"\x15(\d{1,9})_(\d{1,9})\x15", tier)
    said = [part.strip(BLANKS) for part in parts[:-1:3]]
    placed = place(turn.text, said)
    if None in placed:  # words without times stand before others
        said = [part.split()[-1] if part.split() else "" for part in parts[:-1:3]]
        placed = place(turn.text, said)
    times = [(int(start), max(int(start), int(end))) for start, end in zip(parts[1::3], parts[2::3], strict=True)]
    return replace(turn, words=tuple(Word(*at, *time) for at, time in zip(placed, times, strict=True) if at))


def _codes(turns: list[Turn]) -> dict[str, str]:
    """speaker → a code of three to seven capitals and figures, each its own."""
    codes: dict[str, str] = {}
    for turn in turns:
        if turn.speaker in codes:
            continue
        plain = unicodedata.normalize("NFKD", turn.speaker).upper()
        letters = "".join(char for char in plain if char.isascii() and char.isalnum())
        wanted = turn.speaker if _is_code(turn.speaker) else letters[:3].ljust(3, "X") if letters else "SPK"
        code, number = wanted if turn.speaker else NOBODY[0], 1
        while code in codes.values() or (turn.speaker and code == NOBODY[0]):
            number += 1
            code = f"{wanted[:4]}{number}"
        codes[turn.speaker] = code
    return codes


def _name(speaker: str, code: str) -> str:
    """How `speaker` is written between the code and the role, "" where the code says it all."""
    return "" if speaker == code else re.sub(r"[\s_]+", "_", speaker.replace(",", " ").strip())


def _is_code(speaker: str) -> bool:
    return re.fullmatch("[A-Z][A-Z0-9]{1,6}", speaker) is not None


def _said(text: str) -> str:
    return flow([" ".join(text.replace("\x15", " ").split("\n"))])


def _bullet(start_ms: int | None, end_ms: int | None) -> str:
    return "" if start_ms is None else f" \x15{start_ms}_{max(start_ms, end_ms or 0)}\x15"
