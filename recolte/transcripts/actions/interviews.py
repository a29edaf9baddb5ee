"""A document, or a typed text, read as an interview: the voices found in it are called as a person says."""

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recolte.community.models import User
from recolte.engine.formats import FORMATS
from recolte.engine.formats.habits import Line, lines_of_blocks, transcript_of
from recolte.engine.problems import Problem, Unreadable
from recolte.journal.actions import record
from recolte.sources import store
from recolte.sources.models import Kind, Source
from recolte.transcripts.actions.bringing import LARGEST_FILE
from recolte.transcripts.actions.versions import add_turns, changed
from recolte.transcripts.models import Origin, Transcript

PointsInto = Callable[[Source], bool]
_points_into: list[PointsInto] = []


def points_into(hook: PointsInto) -> PointsInto:
    """Register how a later stage knows that something of its own points into the words of a source as they stand now."""
    _points_into.append(hook)
    return hook


def lines_of(source: Source) -> list[Line]:
    """The lines in which who speaks is looked for. Raises `Unreadable` when there are none."""
    if source.blocks:
        return list(lines_of_blocks(source.blocks))
    read = FORMATS[source.format].lines if source.format in FORMATS else None
    if read is None:
        raise Unreadable(Problem.UNKNOWN_KIND)
    if source.size > LARGEST_FILE:
        raise Unreadable(Problem.TOO_LARGE)
    with store.open_file(source.community_id, source.sha256) as file:
        return list(read(file.read()))


def why_words_stay(source: Source) -> str:
    """Why the words of this source cannot be read anew: the sentence, or nothing when they can."""
    if any(hook(source) for hook in _points_into):
        return _(
            "Passages of it are coded or quoted already: take these codes off first, or bring the file again once it is changed."
        )
    transcript = Transcript.objects.filter(brought_as=source).first()
    if transcript and _is_worked_on(transcript):
        return _("Somebody has listened to it, corrected it or said who speaks: go on there, on its own page.")
    return ""


def _is_worked_on(transcript: Transcript) -> bool:
    return (
        transcript.corrections.exists()
        or transcript.speakers.exclude(person=None).exists()
        or transcript.turns.filter(listened_at__isnull=False).exists()
    )


@transaction.atomic
def read_as_interview(
    source: Source, names: Mapping[str, str], *, recording: Source | None = None, by: User
) -> Transcript:
    """Make a transcript of a document, or read anew a typed text; from now on the source is a transcript.

    `names` says what some names found in it stand for, "" for what is nobody's. It belongs to `recording` (of the same
    gathering, agreed as it is), else stands alone; what has joined a recording stays there.

    Raises ValidationError when work on its words would be lost, `Unreadable` when it has none.
    """
    source = Source.objects.select_for_update().get(pk=source.pk)
    if refused := why_words_stay(source):
        raise ValidationError(refused)
    plain = transcript_of(lines_of(source), names)
    facts = {
        "community_id": source.community_id,
        "source": recording or source,
        "origin": Origin.BROUGHT,
        "is_complete": True,
        "engine": {"format": source.format},
    }
    transcript, is_new = Transcript.objects.select_for_update().get_or_create(brought_as=source, defaults=facts)
    if not is_new:
        transcript.turns.all().delete()
        transcript.speakers.all().delete()
        transcript.version += 1
        if transcript.source_id == source.pk and recording:
            transcript.source = recording
    transcript.faults = [[fault.line, fault.code] for fault in plain.faults]
    transcript.save()
    source.kind = Kind.TRANSCRIPT
    source.save(update_fields=["kind"])
    transcript.brought_as = source
    add_turns(transcript, plain.turns)
    record("transcript.read_as_interview", transcript, by=by, turns=len(plain.turns))
    changed(transcript)
    return transcript


@transaction.atomic
def call_voices(transcript: Transcript, names: Mapping[str, str], *, by: User) -> None:
    """Call the voices of a transcript that was brought as `names` says; one called "" is nobody's."""
    speakers = {speaker.label: speaker for speaker in transcript.speakers.all()}
    for label, name in names.items():
        speaker = speakers.get(label)
        if speaker is None or name == label:
            continue
        other = speakers.get(name)
        if name and other is None:
            speaker.label = name[:160]
            speaker.save(update_fields=["label"])
            speakers[name] = speaker
        else:
            speaker.turns.update(speaker=other)
            speaker.delete()
        del speakers[label]
    transcript.version += 1
    transcript.save(update_fields=["version"])
    record("transcript.voices_called", transcript, by=by, voices=len(names))
    changed(transcript)
