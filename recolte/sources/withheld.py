"""What was struck off the record: words and seconds of a source that who said them wants used nowhere.

Those who work on the source still find them there, as it came; nobody else reads or hears them, and nothing that leaves
takes them along. What is struck is a later stage's to say, by `@withholds`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from recolte.community.models import Reader
from recolte.engine.documents import spans
from recolte.engine.withholding import Span, blanked, whole_words
from recolte.sources.models import Rendition, Source
from recolte.sources.rules import works_on

MARGIN = 100  # ms: words are not told apart to the millisecond


@dataclass(frozen=True, slots=True)
class Struck:
    """Words of `source`: code points of the text of a transcript, or of the document's own; or seconds of its sound (ms)."""

    source: UUID
    transcript: UUID | None
    points: Span | None
    seconds: Span | None


Withheld = dict[UUID, list[Struck]]  # by source; a source of which nothing was struck is not in it
Hook = Callable[[Collection[UUID]], Iterable[Struck]]
_withholds: list[Hook] = []


def withholds(hook: Hook) -> Hook:
    """Register what says which parts of some sources were struck."""
    _withholds.append(hook)
    return hook


def withheld(sources: Iterable[UUID]) -> Withheld:
    """What was struck of `sources`, in a fixed number of questions to the database."""
    found: Withheld = defaultdict(list)
    ids = set(sources)
    for hook in _withholds if ids else ():
        for struck in hook(ids):
            found[struck.source].append(struck)
    return dict(found)


def seconds_to_hush(source: UUID) -> list[Span] | None:
    """The seconds (ms) of a recording that nobody may hear who does not work on it; None where they are not known, since
    words were struck that have no times.
    """
    struck = withheld([source]).get(source, [])
    if any(one.seconds is None for one in struck):
        return None
    return sorted({(max(0, one.seconds[0] - MARGIN), one.seconds[1] + MARGIN) for one in struck if one.seconds})


def is_whole_for(user: Reader, source: Source) -> bool:
    """Whether `user` may have `source` as it was brought: they work on it, or nothing of it was struck."""
    return works_on(user, source) or source.pk not in withheld([source.pk])


def heard(source: Source, *, is_whole: bool) -> Rendition | None:
    """The copy of a recording that one listens to: of the whole, or silent where something was struck — None while there is
    none.
    """
    role = Rendition.Role.LISTENING if is_whole else Rendition.Role.HUSHED
    return source.renditions.filter(role=role).first()


def mark() -> str:
    """What stands where struck words stood."""
    return _("[off the record]")


def struck_points(struck: Iterable[Struck]) -> list[Span]:
    """Those of `struck` that are words of a document's own text."""
    return [one.points for one in struck if one.points and one.transcript is None]


def block_spans(source: Source, struck: Collection[Struck]) -> dict[int, list[Span]]:
    """What was struck in each block of a document, in code points of the block; blocks without any are left out."""
    points = struck_points(struck)
    if not points:
        return {}
    found = {}
    for number, (block, (at, end)) in enumerate(zip(source.blocks, spans(source.blocks), strict=True)):
        here = [(start - at, stop - at) for start, stop in points if start < end and stop > at]
        if inside := whole_words(block["text"], here):
            found[number] = inside
    return found


def shown_blocks(source: Source, struck: Collection[Struck]) -> list[dict[str, str]]:
    """The blocks of a document as whoever does not work on it reads them: every other word stays at its code point."""
    hidden = block_spans(source, struck)
    return [
        {**block, "text": blanked(block["text"], hidden[number], mark())} if number in hidden else block
        for number, block in enumerate(source.blocks)
    ]
