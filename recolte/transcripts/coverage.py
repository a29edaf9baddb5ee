"""The coverage board: what came back from each session of a gathering, beside what was to, and what still lacks.

It counts only what its reader may read: what waits for an agreement is told to its depositor alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recolte.community.models import User
from recolte.consent.models import ATTESTED, Consent
from recolte.gatherings.models import Gathering, Session, ToCollect
from recolte.sources.models import NOTE, NOTES, SPOKEN, Kind, Source, SourceQuerySet
from recolte.transcripts.models import Turn

What = ToCollect.What
LISTENED = "listened"
WHOLE = "whole"  # the gathering itself, in an address
COLUMNS = (*What.values, LISTENED)


def sources_of(sources: SourceQuerySet, what: str) -> SourceQuerySet:
    """Those of `sources` that a cell counts."""
    if what in (What.RECORDING, LISTENED):
        return sources.filter(kind__in=SPOKEN)
    if what == What.PHOTOS:
        return sources.filter(kind=Kind.PHOTO)
    if what == What.NOTES:
        return sources.of_kind(NOTE)
    if what == What.DOCUMENTS:
        return sources.of_kind(Kind.DOCUMENT)
    return sources


@dataclass(slots=True)
class Came:
    """What came back from one session."""

    recordings: int = 0
    transcripts: int = 0
    notes: int = 0
    documents: int = 0
    photos: int = 0
    unattested: int = 0
    unnamed: int = 0  # sources with voices that nobody has named
    unheard: int = 0  # recordings without a turn
    turns: int = 0
    listened: int = 0
    people: set[UUID] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.recordings + self.transcripts + self.notes + self.documents + self.photos


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing of one session: what is `there`, and what still `lacks`, each in a few words or empty."""

    what: str
    label: str
    there: str
    lacks: str
    counts: int  # the things that its address leads to
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    session: Session | None  # None: the whole gathering
    cells: list[Cell]

    @property
    def is_empty(self) -> bool:
        return not any(cell.there or cell.lacks for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: list[Row]
    is_planned: bool

    @property
    def is_begun(self) -> bool:
        """Whether something came in. Without a plan, what did not come was not expected, and is not told of."""
        return any(not row.is_empty for row in self.rows)

    @property
    def lacking(self) -> int:
        return sum(1 for row in self.rows for cell in row.cells if cell.lacks)


Place = tuple[UUID, UUID | None]  # a gathering, and one of its sessions


def coverage(gatherings: Iterable[Gathering], reader: User) -> dict[UUID, Coverage]:
    """The board of each of these gatherings, as `reader` may know it; in six questions."""
    those = list(gatherings)
    if not those:
        return {}
    planned: dict[Place, dict[str, ToCollect]] = defaultdict(dict)
    for one in ToCollect.objects.filter(gathering__in=those).select_related("person"):
        planned[one.gathering_id, one.session_id][one.what] = one
    sessions: dict[UUID, list[Session | None]] = defaultdict(list)
    for slot in Session.objects.filter(gathering__in=those).select_related("gathering"):
        sessions[slot.gathering_id].append(slot)
    came = _came(those, reader)
    answered = set(
        Consent.objects.filter(community__in={one.community_id for one in those})
        .exclude(purpose__in=ATTESTED)
        .values_list("person", flat=True)
    )
    found = {}
    for gathering in those:
        rows, is_planned = [], False
        for session in [*sessions[gathering.pk], None]:
            place = gathering.pk, session.pk if session else None
            rows.append(Row(session, _cells(place, planned[place], came[place], answered)))
            is_planned = is_planned or bool(planned[place])
        found[gathering.pk] = Coverage(rows, is_planned)
    return found


def _came(gatherings: list[Gathering], reader: User) -> dict[Place, Came]:
    readable = Source.objects.readable_by(reader).filter(gathering__in=gatherings).order_by()
    turns: dict[UUID, tuple[int, int]] = {}
    counted = Turn.objects.filter(transcript__source__in=readable.values("pk")).order_by(
        "-transcript__origin", "-transcript"
    )
    counted_by = counted.values_list("transcript__source", "transcript").annotate(
        n=Count("pk"), listened=Count("listened_at")
    )
    for source, _transcript, n, listened in counted_by:
        turns.setdefault(source, (n, listened))  # of the transcript that the listening page opens
    came: dict[Place, Came] = defaultdict(Came)
    facts = ("pk", "gathering", "session", "kind", "format", "attestation", "has_unknown_voices")
    for pk, gathering, session, kind, format, attestation, has_unknown_voices in readable.values_list(*facts):
        here = came[gathering, session]
        here.recordings += kind == Kind.RECORDING
        here.transcripts += kind == Kind.TRANSCRIPT
        here.photos += kind == Kind.PHOTO
        here.notes += kind == Kind.DOCUMENT and format in NOTES
        here.documents += kind == Kind.DOCUMENT and format not in NOTES
        here.unattested += attestation is None
        here.unnamed += has_unknown_voices
        here.unheard += kind == Kind.RECORDING and pk not in turns
        n, listened = turns.get(pk, (0, 0))
        here.turns += n
        here.listened += listened
    heard = readable.filter(people__isnull=False).values_list("gathering", "session", "people")
    for gathering, session, person in heard:
        came[gathering, session].people.add(person)
    return came


def _cells(place: Place, planned: dict[str, ToCollect], came: Came, answered: set[UUID]) -> list[Cell]:
    there = {
        What.RECORDING: _recorded(came),
        What.NOTES: ngettext("%(n)d note", "%(n)d notes", came.notes) % {"n": came.notes},
        What.PHOTOS: ngettext("%(n)d photo", "%(n)d photos", came.photos) % {"n": came.photos},
        What.DOCUMENTS: ngettext("%(n)d document", "%(n)d documents", came.documents) % {"n": came.documents},
    }
    count = {What.RECORDING: came.recordings + came.transcripts, What.NOTES: came.notes}
    count |= {What.PHOTOS: came.photos, What.DOCUMENTS: came.documents}
    said: dict[str, tuple[str, str]] = {
        what: (there[what], "") if n else ("", _expected(planned.get(what))) for what, n in count.items()
    }
    said[What.CONSENTS] = _agreements(planned.get(What.CONSENTS), came, len(came.people - answered))
    said[LISTENED] = _listened(came)
    labels: dict[str, str] = {str(what): str(what.label) for what in What} | {LISTENED: _("listening")}
    page = reverse("coverage", args=[place[0]])
    where = place[1] or WHOLE
    counted: dict[str, int] = {str(what): n for what, n in count.items()}
    counted |= {What.CONSENTS: came.count, LISTENED: count[What.RECORDING]}
    return [
        Cell(what, labels[what], *said[what], counted[what], f"{page}?sequence={where}&quoi={what}#sources")
        for what in COLUMNS
    ]


def _recorded(came: Came) -> str:
    words = []
    if came.recordings:
        words.append(ngettext("%(n)d recording", "%(n)d recordings", came.recordings) % {"n": came.recordings})
    if came.transcripts:
        words.append(ngettext("%(n)d transcript", "%(n)d transcripts", came.transcripts) % {"n": came.transcripts})
    return ", ".join(words)


def _expected(one: ToCollect | None) -> str:
    if one is None:
        return ""
    return _("expected from %(who)s") % {"who": one.who} if one.who else _("expected")


def _agreements(planned: ToCollect | None, came: Came, unasked: int) -> tuple[str, str]:
    lacks = []
    if came.unattested:
        lacks.append(
            ngettext("to be attested for %(n)d thing", "to be attested for %(n)d things", came.unattested)
            % {"n": came.unattested}
        )
    if unasked:
        lacks.append(ngettext("to be asked of %(n)d person", "to be asked of %(n)d people", unasked) % {"n": unasked})
    if came.unnamed:
        lacks.append(_("voices without a name"))
    if not came.count:
        return "", _expected(planned)
    answered = len(came.people) - unasked
    there = ngettext("%(n)d person answered", "%(n)d people answered", answered) % {"n": answered} if answered else ""
    return there or ("" if lacks else _("attested")), ", ".join(lacks)


def _listened(came: Came) -> tuple[str, str]:
    lacks = []
    percent = came.listened * 100 // came.turns if came.turns else 0
    words = _("%(n)d %% listened to") % {"n": percent} if came.turns else ""
    if came.unheard:
        lacks.append(
            ngettext("%(n)d not transcribed yet", "%(n)d not transcribed yet", came.unheard) % {"n": came.unheard}
        )
    if came.turns and percent < 100:
        return "", ", ".join([words, *lacks])
    return words, ", ".join(lacks)
