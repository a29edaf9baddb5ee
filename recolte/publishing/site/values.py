"""What a site tells, as plain values: they hold only what may be public."""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

from django.utils.text import slugify
from django.utils.translation import gettext_lazy

from recolte.publishing.figured import Part, Told
from recolte.ui.durations import clock

Kind = Literal["finding", "convergence", "disagreement", "question", "proposal"]
Stance = Literal["supports", "nuances", "contradicts"]
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"  # of what its speakers let others take up
# The words and the glyph of each.
KINDS = {
    "finding": (gettext_lazy("Finding"), "eye"),
    "convergence": (gettext_lazy("Convergence"), "handshake"),
    "disagreement": (gettext_lazy("Disagreement"), "objection"),
    "question": (gettext_lazy("Open question"), "help"),
    "proposal": (gettext_lazy("Proposal"), "path"),
}
STANCES = {
    "supports": (gettext_lazy("Supports"), "check"),
    "nuances": (gettext_lazy("Nuances"), "contrast"),
    "contradicts": (gettext_lazy("Contradicts"), "objection"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a passage: who speaks, under the name that may be public, and what they say."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that bear a claim, or contest it: of a voice (with its clip, where that was agreed), or of a note."""

    id: str
    stance: Stance
    lines: tuple[Line, ...]
    language: str
    source: str
    start_ms: int | None = None
    end_ms: int | None = None
    sound: bytes | None = None
    is_note: bool = False
    may_reuse: bool = False  # all who speak in it let others take it up, under `LICENCE`

    @property
    def anchor(self) -> str:
        return f"citation-{_short(self.id)}"

    @property
    def stance_words(self) -> str:
        return str(STANCES[self.stance][0])

    @property
    def glyph(self) -> str:
        return STANCES[self.stance][1]

    @property
    def clip(self) -> str:
        """The name of the file of the voice, beside the page; empty without one."""
        return f"{sha256(self.sound)[:16]}.mp3" if self.sound else ""

    @property
    def at(self) -> str:
        """Where in the whole recording: "12:04"; empty where that is not known."""
        return "" if self.start_ms is None else clock(self.start_ms)

    @property
    def licence(self) -> str:
        """Under what others may take it up; empty where they may not."""
        return LICENCE if self.may_reuse else ""

    @property
    def seconds(self) -> int:
        return (
            0 if self.start_ms is None or self.end_ms is None else max(1, round((self.end_ms - self.start_ms) / 1000))
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing learned. `version` is the sha256 of the claim and its quotes, that those who validated it saw."""

    id: str
    kind: Kind
    text: str
    quotes: tuple[Quote, ...]
    version: str
    validated_on: date | None = None
    validated_by: int = 0

    @property
    def anchor(self) -> str:
        return f"enseignement-{_short(self.id)}"

    @property
    def kind_words(self) -> str:
        return str(KINDS[self.kind][0])

    @property
    def glyph(self) -> str:
        return KINDS[self.kind][1]


@dataclass(frozen=True, slots=True)
class Card:
    """One page: a question, what was learned about it, and the attribution of what is played or shown."""

    id: str
    title: str
    question: str
    claims: tuple[Claim, ...]
    published_at: datetime
    changed_at: datetime
    language: str
    credits: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        return f"fiches/{_slug(self.title, self.id)}"

    @property
    def quote_count(self) -> int:
        return sum(len(claim.quotes) for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Report:
    """One edition of an interim report. `version` is the sha256 of all that it says, and `figures` are those in its words."""

    id: str
    title: str
    number: int
    parts: tuple[Part, ...]
    figures: tuple[Told, ...]
    published_at: datetime
    version: str
    language: str
    since: date | None = None
    until: date | None = None

    @property
    def folder(self) -> str:
        return f"points-d-etape/{_slug(self.title, self.id)}"

    @property
    def anchor(self) -> str:
        return f"point-d-etape-{_short(self.id)}"


@dataclass(frozen=True, slots=True)
class Site:
    """All that is public in one community. Cards and reports come in the order in which they are shown.

    `url` is where the folder will be served, or empty: then nothing in it tells an absolute address. Each of `checks`
    is the name of a check, in words for people, and how many links it walked. Times know their zone.
    """

    community: str
    url: str
    language: str
    cards: tuple[Card, ...]
    written_at: datetime
    checks: tuple[tuple[str, int], ...] = ()
    reports: tuple[Report, ...] = ()

    def __post_init__(self) -> None:
        if self.url and (urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname):
            raise ValueError(f"not the address of a site: {self.url}")

    def address(self, path: str) -> str:
        """The absolute address of a path, or empty."""
        return f"{self.url.rstrip('/')}/{path}" if self.url else ""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _slug(title: str, id: str) -> str:
    words = slugify(re.sub("['’]", " ", title))[:60]
    return "-".join(part for part in (words, _short(id)) if part)


def _short(id: str) -> str:
    """Eight characters for an address, from any identifier: those of a UUIDv7 begin alike."""
    return sha256(id.encode(errors="replace"))[:8]
