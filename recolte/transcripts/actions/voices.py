"""Who speaks in which turns."""

from collections.abc import Iterable

from django.db import transaction

from recolte.community.models import Person, User
from recolte.consent.models import Purpose
from recolte.consent.rules import given
from recolte.journal.actions import record
from recolte.transcripts.actions.recognising import compare_later
from recolte.transcripts.actions.versions import next_version, note_voices
from recolte.transcripts.models import Speaker, Transcript, Turn


@transaction.atomic
def name_voice(turns: Iterable[Turn], person: Person, *, by: User) -> None:
    """Say that `person` speaks in `turns`, which are of one transcript."""
    those = list(turns)
    if not those:
        return
    transcript = those[0].transcript
    speaker = _voice_of(transcript, person)
    Turn.objects.filter(pk__in=[turn.pk for turn in those]).update(speaker=speaker, margin=None)
    transcript.speakers.filter(turns=None).delete()
    _voices_changed(transcript, person, by=by, turns=len(those))


@transaction.atomic
def recognise_voice(speaker: Speaker, person: Person, *, by: User) -> None:
    """Say that the voice called `speaker` in its transcript is `person`, wherever it speaks there."""
    transcript = speaker.transcript
    known = transcript.speakers.filter(person=person).exclude(pk=speaker.pk).first()
    count = speaker.turns.count()
    if known:
        speaker.turns.update(speaker=known)
        speaker.delete()
    else:
        speaker.person, speaker.guess = person, None
        speaker.save(update_fields=["person", "guess"])
    _voices_changed(transcript, person, by=by, turns=count)


def _voice_of(transcript: Transcript, person: Person) -> Speaker:
    speaker = transcript.speakers.filter(person=person).first()
    if speaker:
        return speaker
    taken = set(transcript.speakers.values_list("label", flat=True))
    label = first = str(person)[:150]
    number = 2
    while label in taken:
        label, number = f"{first} ({number})", number + 1
    return Speaker.objects.create(
        community_id=transcript.community_id, transcript=transcript, label=label, person=person
    )


def _voices_changed(transcript: Transcript, person: Person, *, by: User, turns: int) -> None:
    next_version(transcript)
    note_voices(transcript)
    record("voice.named", transcript, by=by, person=str(person.pk), turns=turns)
    if Purpose.RECOGNISE in given([person.pk])[person.pk]:
        compare_later(transcript, by=by)
