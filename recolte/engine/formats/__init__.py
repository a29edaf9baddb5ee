"""The formats of transcripts, a module each, all alike: `read(bytes) -> Transcript`, `write(Transcript) -> str | bytes`.

To add one: a module beside these, a line in `FORMATS`, its tests. A reader takes what is readable and notes a `Fault`
with its line for the rest; it raises `Unreadable` when there is nothing. A writer may lose what its format cannot
carry: `losses` says what, so that nobody finds out later.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from recolte.engine.formats import cha, docx, eaf, odt, orfeo, podcast, srt, tei, text, textgrid, trs, vtt, whisper_json
from recolte.engine.formats.features import Feature, features_of
from recolte.engine.formats.habits import Line
from recolte.engine.turns import Transcript

F = Feature


@dataclass(frozen=True, slots=True)
class Format:
    """A format of transcripts; `read` or `write` is None where Récolte does not.

    A file is of this format when `signature` matches the beginning of its text, or else, where a format has none, when
    `looks_like` finds its habits in it; a document is an interview when somebody says so. `carries` is what survives being written and read again, beside the words;
    where not every name does, `keeps_voices` says whether those of a transcript do, given turn by turn. What is typed by habit has `lines`,
    in which `recolte.engine.formats.habits` finds the turns. A format of packed files is written as bytes.
    """

    name: str
    media_type: str
    extension: str
    read: Callable[[bytes], Transcript] | None = None
    write: Callable[[Transcript], str | bytes] | None = None
    carries: frozenset[Feature] = frozenset()
    signature: re.Pattern[str] | None = None
    looks_like: Callable[[str], bool] | None = None
    keeps_voices: Callable[[Sequence[str]], bool] | None = None
    lines: Callable[[bytes], Iterable[Line]] | None = None
    is_packed: bool = False

    @property
    def needs_times(self) -> bool:
        """Whether its writer raises ValueError for a transcript of which no turn has a time."""
        return Feature.UNTIMED not in self.carries

    @property
    def content_type(self) -> str:
        """Its media type, as the header of an answer says it."""
        return self.media_type if self.is_packed else f"{self.media_type}; charset=utf-8"

    def losses(self, transcript: Transcript) -> list[Feature]:
        """What `transcript` has and a file of this format would not, in the order of `Feature`."""
        carried = self.carries
        if self.keeps_voices and not self.keeps_voices([turn.speaker for turn in transcript.turns]):
            carried -= {Feature.VOICES}
        return [feature for feature in features_of(transcript) if feature not in carried]


FORMATS: dict[str, Format] = {
    "vtt": Format(
        "WebVTT",
        "text/vtt",
        "vtt",
        vtt.read,
        vtt.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.WORD_TIMES, F.LANGUAGE}),
        signature=vtt.SIGNATURE,
    ),
    "json": Format(
        "Whisper JSON",
        "application/json",
        "json",
        whisper_json.read,
        whisper_json.write,
        frozenset(Feature),
        signature=whisper_json.SIGNATURE,
    ),
    "podcast": Format(
        "Podcasting 2.0 JSON",
        "application/json",
        "json",
        podcast.read,
        podcast.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.LINES}),
        signature=podcast.SIGNATURE,
    ),
    "textgrid": Format(
        "Praat TextGrid",
        "text/plain",
        "TextGrid",
        textgrid.read,
        textgrid.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.WORD_TIMES, F.LINES}),
        signature=textgrid.SIGNATURE,
    ),
    "cha": Format(
        "CHAT",
        "text/plain",
        "cha",
        cha.read,
        cha.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.WORD_TIMES, F.UNTIMED, F.LANGUAGE}),
        signature=cha.SIGNATURE,
        keeps_voices=cha.keeps_voices,
    ),
    "srt": Format(
        "SubRip",
        "application/x-subrip",
        "srt",
        srt.read,
        srt.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS}),
        keeps_voices=srt.keeps_voices,
        looks_like=srt.looks_like,
    ),
    "text": Format(
        "Text",
        "text/plain",
        "txt",
        text.read,
        text.write,
        frozenset({F.VOICES, F.UNTIMED, F.LINES}),
        keeps_voices=text.keeps_voices,
        looks_like=text.looks_like_turns,
        lines=text.lines,
    ),
    "docx": Format(
        "Word",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
        docx.read,
        docx.write,
        frozenset({F.VOICES, F.UNTIMED, F.LINES}),
        keeps_voices=text.keeps_voices,
        lines=docx.lines,
        is_packed=True,
    ),
    "odt": Format(
        "OpenDocument",
        odt.MEDIA_TYPE,
        "odt",
        odt.read,
        odt.write,
        frozenset({F.VOICES, F.UNTIMED, F.LINES}),
        keeps_voices=text.keeps_voices,
        lines=odt.lines,
        is_packed=True,
    ),
    "eaf": Format(
        "ELAN",
        "text/x-eaf+xml",
        "eaf",
        eaf.read,
        eaf.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.WORD_TIMES, F.LINES, F.LANGUAGE}),
        signature=eaf.SIGNATURE,
    ),
    "trs": Format(
        "Transcriber",
        "text/x-trs",
        "trs",
        trs.read,
        trs.write,
        frozenset({F.VOICES, F.TIMES, F.OVERLAPS, F.LANGUAGE}),
        signature=trs.SIGNATURE,
    ),
    "tei": Format(
        "TEI",
        "application/tei+xml",
        "xml",
        tei.read,
        tei.write,
        frozenset(Feature),
        signature=tei.SIGNATURE,
    ),
    "orfeo": Format("ORFEO", "text/tab-separated-values", "orfeo", orfeo.read, signature=orfeo.SIGNATURE),
}


def format_of(head: str) -> str:
    """The key in `FORMATS` of the format whose files begin like `head`, or "". Signatures first, then habits."""
    signed = (key for key, format in FORMATS.items() if format.signature and format.signature.match(head))
    habits = (key for key, format in FORMATS.items() if format.looks_like and format.looks_like(head))
    return next(signed, "") or next(habits, "")
