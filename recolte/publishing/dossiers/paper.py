"""What a dossier is made of: sections of a few kinds of blocks, which `dossier_paper.html` and `odt` each lay out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from recolte.ui import qr


@dataclass(frozen=True, slots=True)
class Words:
    """A few words, perhaps with the page that they are about: a path of the house, or a whole address."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. One that is `soft` says what there is not, or how something is to be read.

    On paper, a whole address (`url`) is written out beside its words.
    """

    text: str
    url: str = ""
    is_soft: bool = False

    kind = "text"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list: what it is about, and facts of it."""

    title: Words
    facts: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    items: Sequence[Item]

    kind = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with the heads of its columns; the first cell of a line says what the line is about."""

    title: str
    head: Sequence[str]
    lines: Sequence[Sequence[Words]]
    numbers: frozenset[int] = frozenset()  # the columns that hold numbers

    kind = "table"

    @property
    def heads(self) -> list[tuple[str, bool]]:
        return [(label, number in self.numbers) for number, label in enumerate(self.head)]

    @property
    def rows(self) -> list[list[tuple[Words, bool, str]]]:
        """Each cell with whether it is a number, and the head of its column."""
        return [
            [(cell, number in self.numbers, self.head[number]) for number, cell in enumerate(line)]
            for line in self.lines
        ]


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers that stand beside each other, each with what it counts."""

    title: str
    figures: Sequence[tuple[str, str]]

    kind = "figures"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody said: each line with who, under the name that may be said here."""

    stance: str
    lines: tuple[tuple[str, str], ...]
    source: str
    language: str = ""

    kind = "quote"


@dataclass(frozen=True, slots=True)
class Heading:
    """A title within a section; the number of its level, 3 or 4."""

    text: str
    url: str = ""
    note: str = ""
    level: int = 3

    kind = "heading"


@dataclass(frozen=True, slots=True)
class Code:
    """An address as a square that a telephone reads."""

    address: str

    kind = "code"

    @property
    def svg(self) -> SafeString:
        return qr.svg(self.address)

    @property
    def png(self) -> bytes:
        return qr.png(self.address)


Block = Text | Items | Table | Figures | Quote | Heading | Code


@dataclass(frozen=True, slots=True)
class Section:
    name: str  # the anchor
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Dossier:
    """`about` is one sentence, `facts` are a few words each; `made_from` says of what it was made, beside the moment."""

    title: str
    about: str
    facts: Sequence[str]
    community: str
    made_from: str
    sections: Sequence[Section]
    first: str = (
        ""  # what is to be done first, where there is little to tell yet: for who makes it, not for its readers
    )
    made_at: datetime = field(default_factory=timezone.localtime)
