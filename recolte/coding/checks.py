"""Anchors ↔ text: every passage has its words where it says, unless it is known to have drifted."""

from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recolte.coding.models import Coding, Excerpt
from recolte.engine.documents import as_text
from recolte.journal.actions import digest
from recolte.journal.models import Event
from recolte.journal.verifying import Walk, verifies
from recolte.sources.models import Kind, Source
from recolte.transcripts.models import Transcript


@verifies(30, gettext_lazy("passages and their words"))
def anchors(walk: Walk) -> None:
    made = dict(
        Event.objects.filter(verb__in=["excerpt.made", "excerpt.confirmed"])
        .order_by("id")
        .values_list("subject_id", "data__sha256")
        .iterator(5000)
    )
    place, text = None, ""
    rows = (
        Excerpt.objects.exclude(start=None)
        .order_by("transcript", "source")
        .values_list("pk", "community", "source", "transcript", "start", "end", "quote", "is_drifted")
    )
    for pk, community, source, transcript, start, end, quote, is_drifted in rows.iterator(5000):
        walk.seen += 1
        if (transcript or source) != place:
            place, text = transcript or source, _text(transcript, source)
        if not is_drifted and text[start:end] != quote:
            sentence = _("Its words are not where it says they are: select them again.")
            walk.lost(f"/extraits/{pk}/", sentence, community)
        elif made.get(str(pk)) not in (None, digest(quote)):
            sentence = _("Its words are not those that were selected: select them again.")
            walk.lost(f"/extraits/{pk}/", sentence, community)


def _text(transcript: UUID | None, source: UUID) -> str:
    if transcript:
        return Transcript.objects.get(pk=transcript).text
    return as_text(Source.objects.only("blocks").get(pk=source).blocks)


@verifies(31, gettext_lazy("passages that were struck or read back"))
def strikes(walk: Walk) -> None:
    verbs = ["excerpt.struck", "excerpt.unstruck", "excerpt.read_back"]
    told, last = dict[tuple[str, str], str | None](), dict[str, str]()
    events = Event.objects.filter(verb__in=verbs).order_by("id").values_list("verb", "subject_id", "data__sha256")
    for verb, subject, sha256 in events.iterator(5000):
        told[verb, subject] = sha256
        if verb != "excerpt.read_back":
            last[subject] = verb
    struck = {subject for subject, verb in last.items() if verb == "excerpt.struck"}
    rows = Excerpt.objects.filter(Q(pk__in=struck) | Q(struck_at__isnull=False) | Q(read_back_at__isnull=False))
    for one in rows.only("community", "quote", "struck_at", "read_back_at").iterator(2000):
        walk.seen += 1
        where = f"/extraits/{one.pk}/"
        if (str(one.pk) in struck) != (one.struck_at is not None):
            walk.lost(
                where, _("Whether these words were struck is noted otherwise: ask who said them."), one.community_id
            )
        if one.read_back_at and told.get(("excerpt.read_back", str(one.pk))) != digest(one.quote):
            sentence = _("It is marked as read back, but not by anybody, or not these words: read it back again.")
            walk.lost(where, sentence, one.community_id)


@verifies(32, gettext_lazy("codings, their passages and their codes"))
def codings(walk: Walk) -> None:
    every = Coding.objects.all()
    walk.seen += every.count()
    _lost_codings(walk)
    for elsewhere in (F("excerpt__community"), F("code__community")):
        for coding in every.exclude(community=elsewhere).values_list("excerpt", "community"):
            sentence = _("A code of another community was put on it: remove this coding.")
            walk.lost(f"/extraits/{coding[0]}/", sentence, coding[1])
    for pk, community in Excerpt.objects.exclude(source__community=F("community")).values_list("pk", "community"):
        walk.lost(f"/extraits/{pk}/", _("It points into another community’s source: remove it."), community)
    written = Excerpt.objects.filter(source__kind=Kind.DOCUMENT).exclude(person=None)
    for pk, community in written.exclude(person__sources=F("source")).values_list("pk", "community"):
        walk.lost(
            f"/extraits/{pk}/",
            _("The note may be read by those to whom its author did not agree: say again whose words these are."),
            community,
        )
    _joined(walk)


def _lost_codings(walk: Walk) -> None:
    """Codes that somebody put there and nobody took off, and that are there no more; and those that nobody put there."""
    events = Event.objects.filter(verb__in=["coding.created", "coding.removed"])
    made: dict[str, tuple[str | None, UUID | None]] = {}
    for verb, subject, excerpt, community in (
        events.order_by("id").values_list("verb", "subject_id", "data__excerpt", "community_id").iterator(5000)
    ):
        if verb == "coding.created":
            made[subject] = (excerpt, community)
        else:
            made.pop(subject, None)
    rows = Coding.objects.values_list("pk", "excerpt", "community").iterator(5000)
    there = {str(pk): (str(excerpt), community) for pk, excerpt, community in rows}
    for excerpt, community in (made[pk] for pk in made.keys() - there.keys()):
        walk.lost(f"/extraits/{excerpt}/", _("A code that was put on it is no longer there: put it back."), community)
    for excerpt, community in (there[pk] for pk in there.keys() - made.keys()):
        walk.lost(f"/extraits/{excerpt}/", _("A code is on it that nobody put there: remove it."), community)


def _joined(walk: Walk) -> None:
    joined = Excerpt.objects.exclude(transcript=None).exclude(transcript__source=F("source"))
    for pk, community in joined.values_list("pk", "community"):
        walk.lost(
            f"/extraits/{pk}/", _("Its source and its transcript are not of one recording: remove it."), community
        )
